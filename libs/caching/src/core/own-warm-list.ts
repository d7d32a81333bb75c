/** The list of a process that is the only node: what it has learned itself, until it ends. */
import { scoreOf, type QuestionRanking } from './question-ranking.js';
import type { WarmEntry, WarmList } from './warm-list.js';

export class OwnWarmList implements WarmList {
  constructor(
    private readonly ranking: QuestionRanking,
    private readonly nowMs: () => number,
  ) {}

  grow(): Promise<void> {
    return Promise.resolve();
  }

  top(limit: number): Promise<WarmEntry[]> {
    const entries = this.ranking.top(limit, this.nowMs()).map((known) => ({
      ...known,
      savedMs: scoreOf(known),
    }));
    return Promise.resolve(entries);
  }

  drop(storeKeys: readonly string[]): Promise<void> {
    for (const storeKey of storeKeys) this.ranking.drop(storeKey);
    return Promise.resolve();
  }

  adopt(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // Nothing is open.
  }
}
