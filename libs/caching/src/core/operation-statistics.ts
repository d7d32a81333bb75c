/** Says for each operation how often the cache answered it, and how often any cache could have. */
import { DistinctCount } from './distinct-count.js';

export interface OperationFigures {
  readonly operation: string;
  readonly requests: number;
  readonly hits: number;
  readonly hitRatio: number;
  /** No cache answers a question the first time that it is asked: 1 − different questions ÷ requests. */
  readonly possibleHitRatio: number;
  /** By how much the hit ratio of all requests together would rise if this operation's reached what is possible. */
  readonly hitRatioImpact: number;
  /** Milliseconds that answers took to make, together. */
  readonly computeMs: number;
}

/** Names come from clients: those that come after so many others are counted together. */
const mostOperations = 500;
const others = '(others)';

class Tally {
  hits = 0;
  misses = 0;
  /** Answers that nobody else could be given. */
  unsharedMisses = 0;
  computeMs = 0;
  readonly questions = new DistinctCount();
}

export class OperationStatistics {
  readonly #tallies = new Map<string, Tally>();

  hit(operation: string, count: number): void {
    this.#tally(operation).hits += count;
  }

  /** @param question what was asked, where it has an answer that may be shared now. */
  miss(operation: string, question: string | undefined, computeMs: number): void {
    const tally = this.#tally(operation);
    tally.misses += 1;
    tally.computeMs += computeMs;
    if (question === undefined) tally.unsharedMisses += 1;
    else tally.questions.add(question);
  }

  /** Another node had made it. */
  asked(operation: string, question: string): void {
    this.#tally(operation).questions.add(question);
  }

  /** Those first that would gain the most. */
  figures(): OperationFigures[] {
    const all = [...this.#tallies].map(([operation, tally]) => ({ operation, ...totals(tally) }));
    const requestsOfAll = all.reduce((sum, { requests }) => sum + requests, 0);
    return all
      .map(({ operation, requests, hits, possibleHits, computeMs }) => ({
        operation,
        requests,
        hits,
        hitRatio: ratio(hits, requests),
        possibleHitRatio: ratio(possibleHits, requests),
        hitRatioImpact: ratio(possibleHits - hits, requestsOfAll),
        computeMs,
      }))
      .toSorted((one, other) => other.hitRatioImpact - one.hitRatioImpact || other.requests - one.requests);
  }

  #tally(operation: string): Tally {
    const name = this.#tallies.has(operation) || this.#tallies.size < mostOperations ? operation : others;
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = new Tally();
      this.#tallies.set(name, tally);
    }
    return tally;
  }
}

/** The count of different questions is an estimate: it must not say that less is possible than has happened. */
function totals({ hits, misses, unsharedMisses, computeMs, questions }: Tally) {
  const requests = hits + misses;
  const possibleHits = Math.max(hits, requests - unsharedMisses - questions.estimate);
  return { requests, hits, possibleHits, computeMs };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
