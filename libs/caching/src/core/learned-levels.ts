/** Remembers of each question how far its last answer could be shared, so that only those wait for one another whom one answer may serve. */
import { RecentMap } from './recent-map.js';
import type { ScopeLevel } from './scope.js';

/** Milliseconds for which an answer that could not be shared is taken for the rule: an error, or a look at the clock. */
const unsharedMs = 5_000;
/** Questions; what is forgotten is public until it is learned anew, which costs one wait. */
const mostQuestions = 10_000;

interface Learned {
  readonly level: ScopeLevel;
  readonly atMs: number;
}

export class LearnedLevels {
  /** Only what is not public. */
  readonly #levels = new RecentMap<Learned>(mostQuestions);

  get count(): number {
    return this.#levels.size;
  }

  /** Public for what has not been answered yet: whether one answer does for all is found out by making one. */
  levelOf(id: string, nowMs: number): ScopeLevel {
    const learned = this.#levels.get(id);
    if (learned === undefined) return 'public';
    if (learned.level !== 'unshared' || Math.abs(nowMs - learned.atMs) < unsharedMs) return learned.level;
    this.#levels.delete(id);
    return 'public';
  }

  learn(id: string, level: ScopeLevel, nowMs: number): void {
    if (level === 'public') this.#levels.delete(id);
    else this.#levels.set(id, { level, atMs: nowMs });
  }
}
