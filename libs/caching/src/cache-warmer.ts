/** Keeps answers ready that somebody is about to ask for: at start, by schedule, and after a write has ended a hot one. */
import { PlatformLogger } from '@app/platform';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { AnswerCache } from './core/answer-cache.js';
import type { AnswerUses } from './core/answer-uses.js';
import { HotAnswers, refreshEveryMs } from './core/hot-answers.js';
import type { AskAgain, KeptQuestion } from './core/kept-question.js';
import { TokenBucket } from './core/token-bucket.js';
import { isWorthWarming, type WarmEntry, type WarmList } from './core/warm-list.js';
import { warmRound, type WarmOutcome } from './core/warm-round.js';

export interface CacheWarmerParts {
  readonly cache: AnswerCache;
  readonly uses: AnswerUses;
  readonly pressure: { isBusy(): boolean };
  readonly nowMs: () => number;
  readonly logger: PlatformLogger;
}

/** What there is only once the application can be asked. */
export interface WarmSources {
  readonly list: WarmList;
  readonly askAgain: AskAgain;
  /** Sees to it that {@link CacheWarmer.warm} is called now and by schedule, on one node of all. */
  readonly startSchedule: () => Promise<void>;
}

const mostWarmed = 2_048;
const budget = { concurrency: 4, longestMs: 20_000 };
const ratePerSecond = 50;
/** Milliseconds that a starting node takes answers from the shared store before it listens. */
const recallBudget = { concurrency: 32, longestMs: 2_000 };
const learnEveryMs = 10_000;
/** Writes come in bursts: what they have ended is looked at once. */
const debounceMs = 100;

export class CacheWarmer {
  readonly #parts: CacheWarmerParts;
  readonly #hot = new HotAnswers();
  readonly #bucket: TokenBucket;
  #sources: WarmSources | undefined;
  #learning: NodeJS.Timeout | undefined;
  #refreshing: NodeJS.Timeout | undefined;
  #isStopped = false;
  #lastRound: (WarmOutcome & { readonly endedAtMs: number }) | undefined;

  constructor(parts: CacheWarmerParts) {
    this.#parts = parts;
    this.#bucket = new TokenBucket(ratePerSecond, ratePerSecond, parts.nowMs());
  }

  get lastRound(): (Omit<WarmOutcome, 'refused'> & { refused: number; endedAtMs: number }) | undefined {
    const { refused, ...round } = this.#lastRound ?? {};
    if (refused === undefined) return undefined;
    return { ...(round as Omit<WarmOutcome, 'refused'> & { endedAtMs: number }), refused: refused.length };
  }

  get hotCount(): number {
    return this.#hot.count;
  }

  /** Takes over what the shared store has; to be awaited before the first request. Never throws. */
  async prepare(sources: WarmSources): Promise<void> {
    this.#sources = sources;
    try {
      await sources.list.adopt();
      const outcome = await warmRound(await this.#worthWarming(), this.#recallParts(), recallBudget);
      this.#parts.logger.log('answers were taken from the shared store', { recalled: outcome.recalled });
    } catch (err) {
      this.#parts.logger.debug('nothing was taken from the shared store', { err });
    }
  }

  /** Once requests can be answered. */
  start(): void {
    if (this.#sources === undefined || this.#isStopped) return;
    this.#learning = setInterval(() => void this.learn(), learnEveryMs).unref();
    this.#sources.startSchedule().catch((err: unknown) => {
      this.#parts.logger.debug('warming is not scheduled', { err });
    });
  }

  /** One round over what is worth it; throws nothing that the next round could not make good. */
  async warm(): Promise<WarmOutcome | undefined> {
    const sources = this.#sources;
    if (sources === undefined || this.#isStopped) return undefined;
    const outcome = await warmRound(await this.#worthWarming(), this.#roundParts(), budget);
    await sources.list.drop(outcome.refused.map(({ storeKey }) => storeKey));
    this.#lastRound = { ...outcome, endedAtMs: this.#parts.nowMs() };
    this.#parts.logger.debug('a round of warming is over', { ...outcome, refused: outcome.refused.length });
    return outcome;
  }

  /** Collects what was counted, tells the other nodes, and looks anew at what is hot. Never throws. */
  async learn(): Promise<void> {
    const { uses, cache, logger, nowMs } = this.#parts;
    await uses.collect(cache.entries(), turn);
    this.#hot.choose(uses.ranking.top(mostWarmed, nowMs()));
    try {
      await this.#sources?.list.grow(uses.takeGrowth());
    } catch (err) {
      logger.debug('what was learned could not be told', { err });
    }
  }

  /** To be called when the fence has moved. */
  onInvalidation(): void {
    if (this.#sources === undefined || this.#isStopped || this.#hot.count === 0) return;
    this.#refreshing ??= setTimeout(() => this.#refreshHot(), debounceMs).unref();
  }

  list(limit: number): Promise<WarmEntry[]> {
    return this.#sources?.list.top(limit) ?? Promise.resolve([]);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    clearInterval(this.#learning);
    clearTimeout(this.#refreshing);
    await this.learn();
    this.#isStopped = true;
  }

  #refreshHot(): void {
    this.#refreshing = undefined;
    const { nowMs, logger } = this.#parts;
    const { ended, hasMoreLater } = this.#hot.takeEnded((question) => this.#hasEnded(question), nowMs());
    if (hasMoreLater) this.#refreshing = setTimeout(() => this.#refreshHot(), refreshEveryMs).unref();
    if (ended.length === 0) return;
    warmRound(ended, this.#roundParts(), budget).catch((err: unknown) => {
      logger.debug('hot answers were not made anew', { err });
    });
  }

  async #worthWarming(): Promise<KeptQuestion[]> {
    const entries = await this.list(mostWarmed);
    return entries.filter(isWorthWarming).map(({ question }) => question);
  }

  #roundParts() {
    return { ...this.#recallParts(), make: (question: KeptQuestion) => this.#make(question) };
  }

  #recallParts() {
    const { nowMs, pressure } = this.#parts;
    return {
      isAlive: (question: KeptQuestion) => this.#isAlive(question),
      recall: (question: KeptQuestion) => this.#recall(question),
      isBusy: () => pressure.isBusy(),
      bucket: this.#bucket,
      nowMs,
      pause: (ms: number) => delay(ms),
    };
  }

  #isAlive({ storeKey }: KeptQuestion): boolean {
    const answer = this.#parts.cache.peek(storeKey);
    return answer !== undefined && this.#parts.cache.isTrue(answer);
  }

  #hasEnded({ storeKey }: KeptQuestion): boolean {
    const answer = this.#parts.cache.peek(storeKey);
    return answer !== undefined && this.#parts.cache.whyNot(answer)?.kind === 'invalidated';
  }

  async #recall(question: KeptQuestion): Promise<boolean> {
    const answer = await this.#parts.cache.recall(question.storeKey);
    if (answer === undefined) return false;
    answer.question = question;
    this.#parts.uses.adopted(answer, 'ourselves');
    return true;
  }

  async #make(question: KeptQuestion): Promise<'made' | 'unmade' | 'refused'> {
    if (this.#sources === undefined || this.#isStopped) return 'unmade';
    const { status, body } = await this.#sources.askAgain(question, 'into the cache');
    if (this.#isAlive(question)) return 'made';
    return isRefusal(status, body) ? 'refused' : 'unmade';
  }
}

/** An operation that was not executed has no data (GraphQL, section 7.1.5): its document is not one of this schema. */
function isRefusal(status: number, body: Buffer): boolean {
  if (status >= 500 || status === 429) return false;
  if (status >= 400) return true;
  const answer = JSON.parse(body.toString('utf8')) as { data?: unknown };
  return answer.data === undefined;
}
