/** Says which of the most valuable answers a write has just ended, and of each at most once a second. */
import type { KeptQuestion } from './kept-question.js';
import type { RankedQuestion } from './question-ranking.js';
import { isWorthWarming } from './warm-list.js';

const mostHot = 256;
/** Some two requests a minute: below it whoever asks next may as well wait for the answer. */
const leastWeight = 20;
export const refreshEveryMs = 1_000;

export interface EndedAnswers {
  readonly ended: readonly KeptQuestion[];
  /** Others have ended too, but were refreshed a moment ago. */
  readonly hasMoreLater: boolean;
}

export class HotAnswers {
  #questions: readonly KeptQuestion[] = [];
  #refreshedAtMs = new Map<string, number>();

  get count(): number {
    return this.#questions.length;
  }

  /** @param ranked the most valuable first. */
  choose(ranked: readonly RankedQuestion[]): void {
    this.#questions = ranked
      .filter((known) => known.weight >= leastWeight && isWorthWarming(known))
      .slice(0, mostHot)
      .map(({ question }) => question);
  }

  takeEnded(hasEnded: (question: KeptQuestion) => boolean, nowMs: number): EndedAnswers {
    const all = this.#questions.filter(hasEnded);
    const isDue = ({ storeKey }: KeptQuestion) =>
      nowMs - (this.#refreshedAtMs.get(storeKey) ?? Number.NEGATIVE_INFINITY) >= refreshEveryMs;
    const ended = all.filter(isDue);
    if (this.#refreshedAtMs.size > 4 * mostHot) this.#forgetOld(nowMs);
    for (const { storeKey } of ended) this.#refreshedAtMs.set(storeKey, nowMs);
    return { ended, hasMoreLater: ended.length < all.length };
  }

  #forgetOld(nowMs: number): void {
    const recent = [...this.#refreshedAtMs].filter(([, atMs]) => nowMs - atMs < refreshEveryMs);
    this.#refreshedAtMs = new Map(recent);
  }
}
