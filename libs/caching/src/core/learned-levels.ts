/** Remembers of each question how far its last answer could be shared, so that only those wait for one another whom one answer may serve. */
import { RecentMap } from './recent-map.js';
import type { ScopeLevel } from './scope.js';

/** Milliseconds for which what went before is taken for the rule: an answer that could not be shared, or a failure. */
const ruleMs = 5_000;
/** Who waits while others fail has its turn soon, and what they fail by is not run over. */
const mostLanes = 16;
/** Questions; what is forgotten is public until it is learned anew, which costs one wait. */
const mostQuestions = 10_000;

interface Learned {
  readonly level: ScopeLevel;
  readonly atMs: number;
}

interface Failures {
  /** In a row. */
  readonly count: number;
  readonly atMs: number;
}

export class LearnedLevels {
  /** Only what is not public. */
  readonly #levels = new RecentMap<Learned>(mostQuestions);
  readonly #failures = new RecentMap<Failures>(mostQuestions);

  get count(): number {
    return this.#levels.size;
  }

  /** Public for what has not been answered yet: whether one answer does for all is found out by making one. */
  levelOf(id: string, nowMs: number): ScopeLevel {
    const learned = this.#levels.get(id);
    if (learned === undefined) return 'public';
    if (learned.level !== 'unshared' || Math.abs(nowMs - learned.atMs) < ruleMs) return learned.level;
    this.#levels.delete(id);
    return 'public';
  }

  /** How many may work on the question side by side: twice as many after each failure. */
  lanesOf(id: string, nowMs: number): number {
    const failures = this.#failures.get(id);
    if (failures === undefined || Math.abs(nowMs - failures.atMs) >= ruleMs) return 1;
    return Math.min(2 ** failures.count, mostLanes);
  }

  fail(id: string, nowMs: number): void {
    const { count = 0 } = this.lanesOf(id, nowMs) === 1 ? {} : (this.#failures.get(id) ?? {});
    this.#failures.set(id, { count: count + 1, atMs: nowMs });
  }

  learn(id: string, level: ScopeLevel, nowMs: number): void {
    this.#failures.delete(id);
    if (level === 'public') this.#levels.delete(id);
    else this.#levels.set(id, { level, atMs: nowMs });
  }
}
