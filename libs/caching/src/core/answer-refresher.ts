/** Has answers made anew that have aged or are about to, behind their readers' backs and never too many at once. */
import type { CachedAnswer } from './cached-answer.js';
import { isDue } from './early-refresh.js';
import type { AskAgain, KeptQuestion } from './kept-question.js';

export interface AnswerRefresherParts {
  readonly askAgain: AskAgain;
  /** True while live traffic needs all that the process has: what nobody waits for is left as it is then. */
  readonly isBusy: () => boolean;
  readonly nowMs: () => number;
  readonly random: () => number;
}

/** `failed`: there is nothing better than the aged answer. `answered`: there is, in the cache or for its asker alone. */
export type RefreshOutcome = 'answered' | 'failed';

/** Answers that are made anew at one time: a flood of expiries must not become one of statements. */
const mostRefreshes = 16;

export class AnswerRefresher {
  readonly #underWay = new Map<string, Promise<RefreshOutcome>>();

  constructor(private readonly parts: AnswerRefresherParts) {}

  /** To be told of each hit. */
  hit(answer: CachedAnswer): void {
    const { isBusy, nowMs, random } = this.parts;
    const { computeMs, isSliding, window } = answer;
    if (!isDue({ freshUntilMs: window.freshUntilMs, computeMs, isSliding }, nowMs(), random)) return;
    if (!isBusy()) void this.refresh(answer);
  }

  /** One refresh a question, however many ask for it; undefined where it cannot be asked again, or not now. */
  refresh({ question }: CachedAnswer): Promise<RefreshOutcome> | undefined {
    if (question === undefined) return undefined;
    const underWay = this.#underWay.get(question.storeKey);
    if (underWay !== undefined || this.#underWay.size >= mostRefreshes) return underWay;
    const outcome = this.#ask(question).finally(() => this.#underWay.delete(question.storeKey));
    this.#underWay.set(question.storeKey, outcome);
    return outcome;
  }

  async #ask(question: KeptQuestion): Promise<RefreshOutcome> {
    try {
      const { status, body } = await this.parts.askAgain(question, 'anew');
      return status >= 500 || hasErrors(body) ? 'failed' : 'answered';
    } catch {
      return 'failed'; // the next reader is told, once the aged answer may no longer be given
    }
  }
}

function hasErrors(body: Buffer): boolean {
  if (!body.includes('"errors"')) return false;
  return (JSON.parse(body.toString('utf8')) as { errors?: unknown }).errors !== undefined;
}
