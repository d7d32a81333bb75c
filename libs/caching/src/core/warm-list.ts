/** The port to what all nodes together have learned is worth warming. */
import type { KeptQuestion } from './kept-question.js';
import { halfLifeMs } from './question-ranking.js';

/** What one node has seen of a question since it last told. */
export interface WarmGrowth {
  readonly question: KeptQuestion;
  /** Milliseconds of work that its requests were worth, or would have been with an answer in memory. */
  readonly savedMs: number;
  readonly costMs: number;
  readonly aliveRatio: number;
}

export interface WarmEntry extends WarmGrowth {
  /** Requests of all nodes, each counting half after a half-life. */
  readonly weight: number;
}

export interface WarmList {
  grow(growths: readonly WarmGrowth[]): Promise<void>;
  /** The most valuable first. */
  top(limit: number): Promise<WarmEntry[]>;
  /** Of questions that can no longer be asked. */
  drop(storeKeys: readonly string[]): Promise<void>;
  /** Where this schema has no list yet: that of the schema before it, until its questions prove wrong. */
  adopt(): Promise<void>;
  close(): void;
}

/** Milliseconds within which a warmed answer is to be asked for. */
const horizonMs = 600_000;
/** An answer is made ahead where it is asked for, while it is true, in four of five cases. */
const leastChance = 0.8;

/**
 * How likely somebody asks within the horizon and finds the answer true. A steady rate r settles at a weight of
 * r × half-life / ln 2; requests are taken to come independently of each other.
 */
export function chanceOfUse({ weight, aliveRatio }: Pick<WarmEntry, 'weight' | 'aliveRatio'>): number {
  const expectedRequests = (weight * Math.LN2 * horizonMs) / halfLifeMs;
  return (1 - Math.exp(-expectedRequests)) * aliveRatio;
}

export function isWorthWarming(entry: Pick<WarmEntry, 'weight' | 'aliveRatio'>): boolean {
  return chanceOfUse(entry) >= leastChance;
}
