/**
 * Counts what a cache has answered, beside what the best of all caches could have: one that keeps every answer until it really
 * changes, and so misses only what nobody has asked before and what reads differently from last time.
 */

/** Why a question was not a hit. */
export type Loss =
  /** Nobody like this one had asked it before: no cache can have it. */
  | 'first asked'
  /** What it says is not what it said last time: no cache may have it. */
  | 'changed'
  /** The rest are losses of this cache: it said the same as last time. */
  | 'needlessly invalidated'
  | 'expired'
  | 'unsynced'
  /** Was not kept when it was last made, or had to make room since. */
  | 'not in the cache'
  /** Waited for another's making. */
  | 'waited'
  /** Put together of fields that were cached and others that were not. */
  | 'partial'
  | 'bypassed';

export interface Answered {
  /** Questions of one kind are reported together. */
  readonly kind: string;
  /** One for each question, and for each asker where the answer is his alone. */
  readonly key: string;
  readonly body: string;
  /** As the application has sent it (RFC 9211). */
  readonly cacheStatus: string;
}

export interface Tally {
  requests: number;
  hits: number;
  /** Requests that the best of all caches has an answer for. */
  bestHits: number;
  readonly losses: Partial<Record<Loss, number>>;
}

export class Ledger {
  readonly total = emptyTally();
  readonly byKind = new Map<string, Tally>();
  /** How often answers of a kind ended needlessly, by the table whose row was said to have changed. */
  readonly needless = new Map<string, number>();
  readonly #last = new Map<string, string>();

  get distinct(): number {
    return this.#last.size;
  }

  /** @param part of the sequence that the answer is also counted for. */
  note({ kind, key, body, cacheStatus }: Answered, part?: Tally): void {
    const last = this.#last.get(key);
    this.#last.set(key, body);
    const isHit = cacheStatus.includes('; hit');
    const isSame = last === body;
    const loss = isHit
      ? undefined
      : last === undefined
        ? 'first asked'
        : isSame
          ? lossIn(cacheStatus)
          : 'changed';
    for (const tally of [this.total, this.#tallyOf(kind), ...(part === undefined ? [] : [part])]) {
      tally.requests += 1;
      if (isHit) tally.hits += 1;
      if (isSame) tally.bestHits += 1;
      if (loss !== undefined) tally.losses[loss] = (tally.losses[loss] ?? 0) + 1;
    }
    if (loss === 'needlessly invalidated') {
      const by = `${kind} ← ${tableIn(cacheStatus)}`;
      this.needless.set(by, (this.needless.get(by) ?? 0) + 1);
    }
  }

  #tallyOf(kind: string): Tally {
    let tally = this.byKind.get(kind);
    if (tally === undefined) {
      tally = emptyTally();
      this.byKind.set(kind, tally);
    }
    return tally;
  }
}

export function emptyTally(): Tally {
  return { requests: 0, hits: 0, bestHits: 0, losses: {} };
}

/** The causes that `Cache-Status` names, each by what it is recognised by. */
const causes: readonly (readonly [mark: string, loss: Loss])[] = [
  ['; collapsed', 'waited'],
  ['fwd=partial', 'partial'],
  ['invalidated-by=', 'needlessly invalidated'],
  ['unsynced', 'unsynced'],
  ['expired', 'expired'],
  ['never-stored', 'not in the cache'],
];

function lossIn(cacheStatus: string): Loss {
  return causes.find(([mark]) => cacheStatus.includes(mark))?.[1] ?? 'bypassed';
}

/** `invalidated-by=products[id=7]` and its like. */
function tableIn(cacheStatus: string): string {
  return /invalidated-by=([a-z_]+)/i.exec(cacheStatus)?.[1] ?? 'unknown';
}
