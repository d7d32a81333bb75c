/** What people may see of an answer in memory. */
import type { MissReason } from './answer-cache.js';
import { sizeOf, type CachedAnswer } from './cached-answer.js';

export interface InspectedAnswer {
  readonly key: string;
  readonly operation: string;
  readonly scope: CachedAnswer['scope'];
  readonly ageMs: number;
  /** Negative when it has run out. */
  readonly ttlMs: number;
  readonly hits: number;
  readonly computeMs: number;
  /** Body by content coding. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly memoryBytes: number;
  readonly bornAt: number;
  readonly contentHash: string;
  readonly state: 'alive' | 'expired' | 'invalidated';
  /** The tag that ended it; absent also where the node had lost touch with the log. */
  readonly endedBy?: string;
  /** Rows and declared tags that it depends on. */
  readonly tags: readonly string[];
}

/** The key in memory as it can stand in a path. */
export function publicKeyOf(storeKey: string): string {
  return Buffer.from(storeKey).toString('base64url');
}

export function storeKeyIn(publicKey: string): string {
  return Buffer.from(publicKey, 'base64url').toString('utf8');
}

export function inspected(
  answer: CachedAnswer,
  whyNot: MissReason | undefined,
  nowMs: number,
): InspectedAnswer {
  const endedBy = whyNot?.kind === 'invalidated' && whyNot.by.reason === 'moved' ? whyNot.by.tag : undefined;
  return {
    key: publicKeyOf(answer.storeKey),
    operation: answer.operation,
    scope: answer.scope,
    ageMs: nowMs - answer.storedAtMs,
    ttlMs: answer.window.freshUntilMs - nowMs,
    hits: answer.hits,
    computeMs: answer.computeMs,
    bytes: Object.fromEntries([
      ['identity', answer.body.length],
      ...[...answer.encoded].map(([coding, body]) => [coding, body.length] as const),
    ]),
    memoryBytes: sizeOf(answer),
    bornAt: answer.bornAt,
    contentHash: answer.contentHash,
    state: whyNot === undefined || whyNot.kind === 'never-stored' ? 'alive' : whyNot.kind,
    ...(endedBy !== undefined && { endedBy }),
    tags: answer.cells.map(({ tag }) => tag),
  };
}

export interface MemoryShare {
  readonly operation: string;
  readonly scope: CachedAnswer['scope'];
  readonly answers: number;
  readonly bytes: number;
  readonly hits: number;
}

/** Collects answers one by one, so that others can have their turn in between. */
export class MemoryShares {
  readonly #shares = new Map<string, { -readonly [Key in keyof MemoryShare]: MemoryShare[Key] }>();

  add(answer: CachedAnswer): void {
    const { operation, scope } = answer;
    const key = `${scope} ${operation}`;
    const share = this.#shares.get(key) ?? { operation, scope, answers: 0, bytes: 0, hits: 0 };
    share.answers += 1;
    share.bytes += sizeOf(answer);
    share.hits += answer.hits;
    this.#shares.set(key, share);
  }

  /** The largest first. */
  get all(): MemoryShare[] {
    return [...this.#shares.values()].toSorted((one, other) => other.bytes - one.bytes);
  }
}
