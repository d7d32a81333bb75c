/** Parts of our own cache with one flaw each, to see that a hunt for stale answers finds every one of them. */
import { AnswerCache, type AnswerCacheParts } from '../core/answer-cache.js';
import type { CachedAnswer, StoredAnswer } from '../core/cached-answer.js';
import { Fence } from '../core/fence.js';
import type { Invalidation } from '../core/invalidation-log.js';
import type { HuntedNode } from './stale-hunt.js';

/** A write that falls into the filling goes unnoticed: the fault of every cache that stamps what it stores on storing it. */
export class LateStamp extends AnswerCache {
  readonly #stamp: () => number;

  constructor(parts: AnswerCacheParts) {
    super(parts);
    this.#stamp = () => parts.fence.reached;
  }

  override keep(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer | undefined {
    return super.keep(id, scopeKey, { ...stored, bornAt: this.#stamp() });
  }
}

/** Followers take what their leader has made, although a write has overtaken it before they came. */
export class BlindFlights extends AnswerCache {
  override isTrue(): boolean {
    return true;
  }
}

export class LosesRecords extends Fence {
  #count = 0;

  override apply(invalidation: Invalidation, sequence: number): void {
    this.#count += 1;
    if (this.#count % 100 !== 0) super.apply(invalidation, sequence);
  }
}

export class ForgetsToForget extends Fence {
  override forget(before: number): void {
    this.reach(before);
  }
}

/** Does not ask for what the client has seen elsewhere. */
export function deafTo(node: HuntedNode): HuntedNode {
  return {
    read: (question, _seen, load) => node.read(question, 0, load),
    invalidate: (rows) => node.invalidate(rows),
    stop: () => node.stop(),
  };
}
