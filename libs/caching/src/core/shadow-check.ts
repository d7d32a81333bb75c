/**
 * Measures how often what was served was stale: makes a sample of the answers that were hit once more, and compares.
 *
 * A difference counts only if the answer is still held true some time afterwards. A write that commits between the hit and
 * the second making is seen by the one and not by the other, and nobody could have known of it when the hit was served.
 */
import type { CachedAnswer } from './cached-answer.js';
import type { AskAgain } from './kept-question.js';

export interface ShadowDifference {
  readonly operation: string;
  readonly storeKey: string;
  readonly foundAtMs: number;
  readonly ageMs: number;
  readonly served: string;
  readonly fresh: string;
}

export interface ShadowFigures {
  readonly sampleRatio: number;
  readonly compared: number;
  readonly stale: number;
  readonly stalenessRatio: number;
  /** Answers that a write had ended before they could be compared, or that could not be made again. */
  readonly undecided: number;
  readonly lastDifferences: readonly ShadowDifference[];
}

export interface ShadowCheckParts {
  /** Of hits. */
  readonly sampleRatio: number;
  readonly askAgain: AskAgain;
  /** That it may be served: nothing that it depends on has changed, and this node knows everything that has. */
  readonly isTrue: (answer: CachedAnswer) => boolean;
  /** True while live traffic needs the machine. */
  readonly isBusy: () => boolean;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** Longer than it takes a write to get from its commit into the log, also where the relay has to find it. */
const settleMs = 1_500;
/** Checks under way at a time; what comes more often is not checked. */
const mostUnderWay = 2;
const keptDifferences = 20;
const shownCharacters = 2_000;

export class ShadowCheck {
  readonly #parts: ShadowCheckParts;
  readonly #differences: ShadowDifference[] = [];
  readonly #counts = { compared: 0, stale: 0, undecided: 0 };
  #underWay = 0;
  #hitsToNext: number;

  constructor(parts: ShadowCheckParts) {
    this.#parts = parts;
    this.#hitsToNext = this.#drawDistance();
  }

  get figures(): ShadowFigures {
    const { compared, stale } = this.#counts;
    return {
      sampleRatio: this.#parts.sampleRatio,
      ...this.#counts,
      stalenessRatio: compared === 0 ? 0 : stale / compared,
      lastDifferences: this.#differences,
    };
  }

  /** To be told of each hit; counts down to the next one of the sample. */
  hit(answer: CachedAnswer): void {
    this.#hitsToNext -= 1;
    if (this.#hitsToNext > 0) return;
    this.#hitsToNext = this.#drawDistance();
    if (answer.question === undefined || this.#underWay >= mostUnderWay || this.#parts.isBusy()) return;
    void this.check(answer);
  }

  async check(answer: CachedAnswer): Promise<void> {
    this.#underWay += 1;
    try {
      await this.#compare(answer);
    } catch {
      this.#counts.undecided += 1; // the application is closing, or its database is away
    } finally {
      this.#underWay -= 1;
    }
  }

  async #compare(answer: CachedAnswer): Promise<void> {
    const { askAgain, isTrue, pause } = this.#parts;
    if (answer.question === undefined) return;
    const { status, body } = await askAgain(answer.question, 'afresh');
    const differs = !body.equals(answer.body);
    if (status === 200 && differs) await pause(settleMs);
    if (status !== 200 || !isTrue(answer)) {
      this.#counts.undecided += 1;
      return;
    }
    this.#counts.compared += 1;
    if (differs) this.#note(answer, body);
  }

  #note(answer: CachedAnswer, fresh: Buffer): void {
    const foundAtMs = this.#parts.nowMs();
    this.#counts.stale += 1;
    this.#differences.unshift({
      operation: answer.operation,
      storeKey: answer.storeKey,
      foundAtMs,
      ageMs: foundAtMs - answer.storedAtMs,
      ...whereTheyDiffer(answer.body.toString('utf8'), fresh.toString('utf8')),
    });
    this.#differences.splice(keptDifferences);
  }

  /** Geometric, so that no rhythm of requests can hide from it. */
  #drawDistance(): number {
    const { sampleRatio, random } = this.#parts;
    if (sampleRatio <= 0) return Number.POSITIVE_INFINITY;
    if (sampleRatio >= 1) return 1;
    return Math.max(1, Math.ceil(Math.log(1 - random()) / Math.log(1 - sampleRatio)));
  }
}

function whereTheyDiffer(served: string, fresh: string): { served: string; fresh: string } {
  let at = 0;
  while (at < served.length && served[at] === fresh[at]) at += 1;
  const from = Math.max(0, at - shownCharacters / 10);
  return {
    served: served.slice(from, from + shownCharacters),
    fresh: fresh.slice(from, from + shownCharacters),
  };
}
