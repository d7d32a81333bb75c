/** Makes answers before somebody asks for them, a few at a time, and only while nobody else needs the machine. */
import type { KeptQuestion } from './kept-question.js';
import type { TokenBucket } from './token-bucket.js';

export interface WarmRoundParts {
  readonly isAlive: (question: KeptQuestion) => boolean;
  /** Takes it from the store that nodes share, where it costs next to nothing; false when it is not there. */
  readonly recall: (question: KeptQuestion) => Promise<boolean>;
  /** Has it made: `refused` where the application has no answer to it any more. Without it the round only recalls. */
  readonly make?: (question: KeptQuestion) => Promise<'made' | 'unmade' | 'refused'>;
  /** True while live traffic needs what the making would take. */
  readonly isBusy: () => boolean;
  readonly bucket: TokenBucket;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export interface WarmOutcome {
  readonly alive: number;
  readonly recalled: number;
  readonly made: number;
  /** Not there at the end: a write came in between, it was not what it used to be, or the machine was needed. */
  readonly unmade: number;
  readonly refused: readonly KeptQuestion[];
  /** Left when the time was over. */
  readonly left: number;
}

export interface WarmBudget {
  readonly concurrency: number;
  /** Milliseconds after which the round ends, finished or not. */
  readonly longestMs: number;
}

/** Milliseconds between two looks at whether the machine is free again. */
const busyPauseMs = 50;

export async function warmRound(
  questions: readonly KeptQuestion[],
  parts: WarmRoundParts,
  { concurrency, longestMs }: WarmBudget,
): Promise<WarmOutcome> {
  const round = new WarmRound(questions, parts, parts.nowMs() + longestMs);
  await Promise.all(Array.from({ length: concurrency }, () => round.work()));
  return round.outcome;
}

class WarmRound {
  readonly #refused: KeptQuestion[] = [];
  readonly #counts = { alive: 0, recalled: 0, made: 0, unmade: 0 };
  #next = 0;

  constructor(
    private readonly questions: readonly KeptQuestion[],
    private readonly parts: WarmRoundParts,
    private readonly deadlineMs: number,
  ) {}

  get outcome(): WarmOutcome {
    return { ...this.#counts, refused: this.#refused, left: this.questions.length - this.#next };
  }

  async work(): Promise<void> {
    for (;;) {
      const question = this.questions[this.#next];
      if (question === undefined || this.#isOver()) return;
      this.#next += 1;
      await this.#warm(question);
    }
  }

  async #warm(question: KeptQuestion): Promise<void> {
    const { isAlive, recall, make } = this.parts;
    if (isAlive(question)) this.#counts.alive += 1;
    else if (await recall(question)) this.#counts.recalled += 1;
    else if (make !== undefined && (await this.#getsLeave())) await this.#make(question, make);
    else this.#counts.unmade += 1;
  }

  async #make(question: KeptQuestion, make: NonNullable<WarmRoundParts['make']>): Promise<void> {
    const { nowMs, pause } = this.parts;
    const startedMs = nowMs();
    const how = await make(question);
    if (how === 'refused') this.#refused.push(question);
    else this.#counts[how] += 1;
    // As long as it took: a slow database, which the process does not feel, gets less to do the slower it is.
    const tookMs = nowMs() - startedMs;
    if (tookMs > 0) await pause(tookMs);
  }

  /** False when the machine was needed until the end. */
  async #getsLeave(): Promise<boolean> {
    const { isBusy, bucket, nowMs, pause } = this.parts;
    while (!this.#isOver()) {
      const waitMs = isBusy() ? busyPauseMs : bucket.take(nowMs());
      if (waitMs === 0) return true;
      await pause(waitMs);
    }
    return false;
  }

  #isOver(): boolean {
    return this.parts.nowMs() >= this.deadlineMs;
  }
}
