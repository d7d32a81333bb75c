/**
 * Learns from how answers are used. A hit only counts up on its answer; what was counted is collected now and then, and when
 * an answer leaves, so that learning costs a hit nothing.
 */
import type { CachedAnswer } from './cached-answer.js';
import type { KeptQuestion } from './kept-question.js';
import type { OperationStatistics } from './operation-statistics.js';
import type { QuestionRanking } from './question-ranking.js';
import type { WarmGrowth } from './warm-list.js';

/** What whoever serves answers tells. */
export interface AnswerObserver {
  /** An answer was made and is kept. */
  kept(answer: CachedAnswer, how: Keeping): void;
  /** An answer that another node has made is kept here from now on. */
  adopted(answer: CachedAnswer, by: Asker): void;
  /** An answer was made that nobody else may be given, or that a write has overtaken. */
  unkept(operation: string): void;
  /** An answer that was kept has been sent. */
  hit(answer: CachedAnswer): void;
}

/** `ourselves`: the question was asked ahead of anybody. */
export type Asker = 'somebody' | 'ourselves';

export interface Keeping {
  readonly by: Asker;
  /** There was one that a write had ended. */
  readonly replacesDead: boolean;
}

export interface WarmFigures {
  /** Answers made ahead on this node. */
  readonly made: number;
  /** Answers taken from the shared store ahead. */
  readonly recalled: number;
  /** Of both, those that somebody asked for afterwards. */
  readonly used: number;
  /** Of both, those that ended without having been asked for. */
  readonly wasted: number;
}

/** Entries of memory that are looked at before others get their turn. */
const sliceLength = 2_000;

export class AnswerUses {
  readonly #growing = new Map<string, { readonly question: KeptQuestion; requests: number }>();
  readonly #warm = { made: 0, recalled: 0, used: 0, wasted: 0 };
  /** Made ahead and not asked for yet; each is in memory, and leaves this set when it leaves there. */
  readonly #unproven = new Set<CachedAnswer>();

  constructor(
    readonly ranking: QuestionRanking,
    readonly statistics: OperationStatistics,
    private readonly nowMs: () => number,
  ) {}

  get warmFigures(): WarmFigures {
    return { ...this.#warm };
  }

  kept(answer: CachedAnswer, { by, replacesDead }: Keeping): void {
    if (by === 'ourselves') this.#noteWarmed(answer, 'made');
    else this.statistics.miss(answer.operation, answer.storeKey, answer.computeMs);
    const requests = by === 'somebody' ? 1 : 0;
    const foundDead = by === 'somebody' && replacesDead ? 1 : 0;
    this.#note(answer, { requests, foundDead, refreshed: by === 'ourselves' && replacesDead ? 1 : 0 });
  }

  adopted(answer: CachedAnswer, by: Asker): void {
    if (by === 'ourselves') this.#noteWarmed(answer, 'recalled');
    else this.statistics.asked(answer.operation, answer.storeKey);
  }

  unkept(operation: string): void {
    this.statistics.miss(operation, undefined, 0);
  }

  /** To be called when an answer leaves memory, for whatever reason; it may come back. */
  gone(answer: CachedAnswer): void {
    this.#collect(answer);
    if (this.#unproven.delete(answer)) this.#warm.wasted += 1;
  }

  /** Collects what has been counted on the answers in memory. @param yieldTurn lets others have their turn. */
  async collect(
    answers: Iterable<readonly [string, CachedAnswer]>,
    yieldTurn: () => Promise<unknown>,
  ): Promise<void> {
    let looked = 0;
    for (const [, answer] of answers) {
      this.#collect(answer);
      looked += 1;
      if (looked % sliceLength === 0) await yieldTurn();
    }
  }

  /** What other nodes have not been told yet. */
  takeGrowth(): WarmGrowth[] {
    const nowMs = this.nowMs();
    const growths = [...this.#growing.values()].flatMap(({ question, requests }): WarmGrowth[] => {
      const known = this.ranking.find(question.storeKey, nowMs);
      if (known === undefined) return [];
      const { costMs, aliveRatio } = known;
      return [{ question, savedMs: requests * costMs * aliveRatio, costMs, aliveRatio }];
    });
    this.#growing.clear();
    return growths;
  }

  #collect(answer: CachedAnswer): void {
    const fresh = answer.hits - answer.collectedHits;
    if (fresh === 0) return;
    answer.collectedHits = answer.hits;
    if (this.#unproven.delete(answer)) this.#warm.used += 1;
    this.statistics.hit(answer.operation, fresh);
    this.#note(answer, { requests: fresh, foundDead: 0, refreshed: 0 });
  }

  #noteWarmed(answer: CachedAnswer, how: 'made' | 'recalled'): void {
    this.#warm[how] += 1;
    this.#unproven.add(answer);
  }

  #note(answer: CachedAnswer, use: { requests: number; foundDead: number; refreshed: number }): void {
    const { question } = answer;
    if (question === undefined) return;
    // A duration by a clock in whole milliseconds may be none at all.
    const measured = { costMs: Math.max(0.5, answer.computeMs), sizeBytes: answer.body.length };
    this.ranking.note(question, { ...use, ...measured }, this.nowMs());
    if (use.requests === 0) return;
    const growing = this.#growing.get(question.storeKey) ?? { question, requests: 0 };
    growing.requests += use.requests;
    this.#growing.set(question.storeKey, growing);
  }
}
