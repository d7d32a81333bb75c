/** Wires what learns from answers, makes them ahead, checks them, and shows them to people. */
import { CLOCK, PlatformLogger, type Clock } from '@app/platform';
import type { Provider } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { ProcessPressure } from './adapters/process-pressure.js';
import { RedisWarmList } from './adapters/redis-warm-list.js';
import { CacheOperations } from './cache-operations.js';
import { CacheWarmer } from './cache-warmer.js';
import type { CachingOptions } from './caching.options.js';
import {
  CACHE_NAMESPACE,
  CACHE_REDIS,
  CACHING_OPTIONS,
  INVALIDATION_LOG,
  START_HIT_WATCHERS,
  WARM_FLEET,
} from './caching.tokens.js';
import { AnswerCache } from './core/answer-cache.js';
import { AnswerRefresher } from './core/answer-refresher.js';
import { AnswerUses } from './core/answer-uses.js';
import type { InvalidationLog } from './core/invalidation-log.js';
import { Invalidator } from './core/invalidator.js';
import { OperationStatistics } from './core/operation-statistics.js';
import { OwnWarmList } from './core/own-warm-list.js';
import { QuestionRanking } from './core/question-ranking.js';
import { ShadowCheck } from './core/shadow-check.js';
import { WarmQueue } from './jobs/warm-queue.js';
import { SelfQuestions, type StartHitWatchers, type WarmFleet } from './self-questions.js';

const monotonicMs = () => performance.now();

function warmFleet(
  { jobsRedisUrl: redisUrl, release, warmEveryMs: everyMs }: CachingOptions,
  namespace: string,
  redis: Redis | Cluster | undefined,
  uses: AnswerUses,
  clock: Clock,
): WarmFleet {
  return {
    // One for all releases with the schema: what is asked for does not change with the code.
    openList: (schemaHash) =>
      redis === undefined
        ? new OwnWarmList(uses.ranking, () => clock.nowMs())
        : new RedisWarmList({ redis, namespace, schemaHash }),
    // One a release: what a node makes is of use to its own only.
    openQueue: (schemaHash, round, onFailure) => {
      if (redisUrl === undefined) return undefined;
      const name = `cache-warm-${hash('sha1', `${schemaHash} ${release}`).slice(0, 16)}`;
      return new WarmQueue({ redisUrl, namespace, name, everyMs, round, onFailure });
    },
  };
}

function startHitWatchers(
  { shadowRatio }: CachingOptions,
  log: InvalidationLog,
  cache: AnswerCache,
  pressure: ProcessPressure,
  clock: Clock,
): StartHitWatchers {
  const around = { isBusy: () => pressure.isBusy(), nowMs: () => clock.nowMs(), random: Math.random };
  return (askAgain) => ({
    shadow: new ShadowCheck({
      ...around,
      sampleRatio: shadowRatio,
      askAgain,
      isTrue: (answer) => log.isCurrent() && cache.isTrue(answer),
      pause: (ms) => delay(ms, undefined, { ref: false }),
    }),
    refresher: new AnswerRefresher({ ...around, askAgain }),
  });
}

export const operations: Provider[] = [
  {
    provide: AnswerUses,
    inject: [CLOCK],
    useFactory: (clock: Clock) =>
      new AnswerUses(new QuestionRanking(), new OperationStatistics(), () => clock.nowMs()),
  },
  {
    provide: ProcessPressure,
    inject: [DataSource],
    useFactory: (dataSource: DataSource) => new ProcessPressure(dataSource, monotonicMs),
  },
  {
    provide: CacheWarmer,
    inject: [AnswerCache, AnswerUses, ProcessPressure, CLOCK, PlatformLogger],
    useFactory: (
      cache: AnswerCache,
      uses: AnswerUses,
      pressure: ProcessPressure,
      clock: Clock,
      logger: PlatformLogger,
    ) => new CacheWarmer({ cache, uses, pressure, nowMs: () => clock.nowMs(), logger }),
  },
  {
    provide: CacheOperations,
    inject: [AnswerCache, AnswerUses, Invalidator, CacheWarmer, CLOCK],
    useFactory: (
      cache: AnswerCache,
      uses: AnswerUses,
      invalidator: Invalidator,
      warmer: CacheWarmer,
      clock: Clock,
    ) => new CacheOperations({ cache, uses, invalidator, warmer, nowMs: () => clock.nowMs() }),
  },
  {
    provide: WARM_FLEET,
    inject: [CACHING_OPTIONS, CACHE_NAMESPACE, CACHE_REDIS, AnswerUses, CLOCK],
    useFactory: warmFleet,
  },
  {
    provide: START_HIT_WATCHERS,
    inject: [CACHING_OPTIONS, INVALIDATION_LOG, AnswerCache, ProcessPressure, CLOCK],
    useFactory: startHitWatchers,
  },
  SelfQuestions,
];
