/** Parts of our own cache with one flaw each, to see that a hunt for stale answers finds every one of them. */
import { AnswerCache, type AnswerCacheParts } from '../core/answer-cache.js';
import type { CachedAnswer, StoredAnswer } from '../core/cached-answer.js';
import type { CachedEntity, StoredEntity } from '../core/cached-entity.js';
import { EntityCache, type EntityCacheParts } from '../core/entity-cache.js';
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

/** The same fault with the rows below answers. */
export class LateRows extends EntityCache {
  readonly #stamp: () => number;

  constructor(parts: EntityCacheParts) {
    super(parts);
    this.#stamp = () => parts.fence.reached;
  }

  override keep(entities: ReadonlyMap<string, StoredEntity>): Map<string, CachedEntity> {
    const late = [...entities].map(([id, stored]) => [id, { ...stored, bornAt: this.#stamp() }] as const);
    return super.keep(new Map(late));
  }
}

/** Takes rows from memory, from other nodes and from flights as they are. */
export class BlindRows extends EntityCache {
  override isUsable(): boolean {
    return true;
  }
}

/** Believes that what was not there will never be. */
export class NeverComing extends EntityCache {
  override keep(entities: ReadonlyMap<string, StoredEntity>): Map<string, CachedEntity> {
    const blind = [...entities].map(([id, stored]) => {
      const isMissing = Array.isArray(stored.row) && stored.row[0] === 'undefined';
      return [id, isMissing ? { ...stored, reads: [] } : stored] as const;
    });
    return super.keep(new Map(blind));
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
