/** Learns which questions are worth having an answer for: how often they come, what an answer costs, how long it stays true. */
import type { KeptQuestion } from './kept-question.js';

/** What has been seen of a question since it was last looked at. */
export interface QuestionUse {
  /** Requests for it, however they were answered. */
  readonly requests: number;
  /** Those of them that found an answer which a write had ended. */
  readonly foundDead: number;
  /** Times that the process itself replaced an answer which a write had ended, before anybody asked. */
  readonly refreshed: number;
  readonly costMs: number;
  readonly sizeBytes: number;
}

export interface RankedQuestion {
  readonly question: KeptQuestion;
  /** Requests, each counting half after {@link halfLifeMs}. */
  readonly weight: number;
  readonly costMs: number;
  readonly sizeBytes: number;
  /** How likely an answer is still true when it is next asked for. */
  readonly aliveRatio: number;
}

export const halfLifeMs = 600_000;
/** Of a new cost in the mean of costs: some ten makings are remembered. */
const newestShare = 0.2;
/** Doublings after which weights are scaled down; far from where a double loses the small ones beside the large. */
const mostDoublings = 30;

interface Entry {
  readonly question: KeptQuestion;
  requests: number;
  foundDead: number;
  refreshed: number;
  costMs: number;
  sizeBytes: number;
}

/** Milliseconds of work that an answer in memory saves for some time from now, up to a factor that all have in common. */
export function scoreOf({
  weight,
  costMs,
  aliveRatio,
}: Pick<RankedQuestion, 'weight' | 'costMs' | 'aliveRatio'>): number {
  return weight * costMs * aliveRatio;
}

/**
 * Holds up to twice as many as it is asked for and then forgets the lighter half, so that a newcomer costs nothing to take
 * in and has some time to become one of the many-asked. Instead of all weights becoming smaller with time, later requests
 * weigh more (forward decay, Cormode et al. 2009): nothing is touched but what is asked for.
 */
export class QuestionRanking {
  readonly #entries = new Map<string, Entry>();
  #landmarkMs: number | undefined;

  constructor(private readonly mostKept = 2_048) {}

  get count(): number {
    return this.#entries.size;
  }

  note(question: KeptQuestion, use: QuestionUse, nowMs: number): void {
    const unit = this.#unitAt(nowMs);
    const entry = this.#entryOf(question, use);
    entry.requests += use.requests * unit;
    entry.foundDead += use.foundDead * unit;
    entry.refreshed += use.refreshed * unit;
    entry.costMs += (use.costMs - entry.costMs) * newestShare;
    entry.sizeBytes = use.sizeBytes;
    if (this.#entries.size > 2 * this.mostKept) this.#forgetLightest();
  }

  /** It cannot be asked any more. */
  drop(storeKey: string): void {
    this.#entries.delete(storeKey);
  }

  find(storeKey: string, nowMs: number): RankedQuestion | undefined {
    const entry = this.#entries.get(storeKey);
    return entry === undefined ? undefined : ranked(entry, this.#unitAt(nowMs));
  }

  /** The most valuable first. */
  top(limit: number, nowMs: number): RankedQuestion[] {
    const unit = this.#unitAt(nowMs);
    return [...this.#entries.values()]
      .map((entry) => ranked(entry, unit))
      .toSorted((one, other) => scoreOf(other) - scoreOf(one))
      .slice(0, limit);
  }

  #entryOf(question: KeptQuestion, { costMs, sizeBytes }: QuestionUse): Entry {
    const existing = this.#entries.get(question.storeKey);
    if (existing !== undefined) return existing;
    const entry: Entry = { question, requests: 0, foundDead: 0, refreshed: 0, costMs, sizeBytes };
    this.#entries.set(question.storeKey, entry);
    return entry;
  }

  /** What one request weighs now. */
  #unitAt(nowMs: number): number {
    this.#landmarkMs ??= nowMs;
    const doublings = (nowMs - this.#landmarkMs) / halfLifeMs;
    if (doublings <= mostDoublings) return 2 ** doublings;
    for (const entry of this.#entries.values()) {
      entry.requests /= 2 ** doublings;
      entry.foundDead /= 2 ** doublings;
      entry.refreshed /= 2 ** doublings;
    }
    this.#landmarkMs = nowMs;
    return 1;
  }

  #forgetLightest(): void {
    const byWeight = [...this.#entries].toSorted(([, one], [, other]) => other.requests - one.requests);
    for (const [storeKey] of byWeight.slice(this.mostKept)) this.#entries.delete(storeKey);
  }
}

function ranked({ question, requests, foundDead, refreshed, costMs, sizeBytes }: Entry, unit: number) {
  return {
    question,
    weight: requests / unit,
    costMs,
    sizeBytes,
    // One good request more than were seen: the first one says nothing about writes.
    aliveRatio: (requests - foundDead + unit) / (requests + refreshed + unit),
  };
}
