/** Wires the cache: fence, log, stores, and what finds out about reads and writes. Needs a TypeORM DataSource and the platform. */
import { CLOCK, DATABASE_EPOCH, PlatformLogger, type Clock } from '@app/platform';
import { Module, type Provider } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { cacheAddress } from './cache-connection.js';
import { AnswerRules } from './adapters/graphql/answer-rules.js';
import { PartialExecution } from './adapters/graphql/partial-execution.js';
import { AnswerPlugin } from './answer.plugin.js';
import { MemoryInvalidationLog } from './adapters/memory-invalidation-log.js';
import { RedisInvalidationLog } from './adapters/redis-invalidation-log.js';
import { RedisSharedStore } from './adapters/redis-shared-store.js';
import { RowChangeCollector } from './adapters/row-change-collector.js';
import { RowChangeRelay } from './adapters/row-change-relay.js';
import { loadUncarriedColumns } from './adapters/uncarried-columns.js';
import { zlibCompress } from './adapters/zlib-compress.js';
import { CachingLifecycle, InvalidationFlow } from './caching.lifecycle.js';
import { CACHING_OPTIONS_INPUT, ConfigurableModuleClass } from './caching.module-definition.js';
import { cachingOptionsSchema, type CachingOptions, type CachingOptionsInput } from './caching.options.js';
import {
  ANSWER_MEMORY,
  CACHE_NAMESPACE,
  CACHE_REDIS,
  CACHING_OPTIONS,
  CDN,
  INVALIDATION_LOG,
  SHARED_STORE,
} from './caching.tokens.js';
import { CacheOperations } from './cache-operations.js';
import { Cdn } from './cdn.js';
import { AnswerCache } from './core/answer-cache.js';
import { AnswerEncoder } from './core/answer-encoder.js';
import { AnswerHeaders } from './core/answer-headers.js';
import { AnswerUses } from './core/answer-uses.js';
import { Answering } from './core/answering.js';
import { ByteBudgetStore } from './core/byte-budget-store.js';
import type { CachedAnswer } from './core/cached-answer.js';
import { CachedEntities } from './core/cached-entities.js';
import { CachedValues } from './core/cached-values.js';
import { CircuitBreaker } from './core/circuit-breaker.js';
import { Fence } from './core/fence.js';
import type { InvalidationLog } from './core/invalidation-log.js';
import { Invalidator } from './core/invalidator.js';
import { noCdn } from './core/purge-outlet.js';
import { HttpAnswers } from './http-answers.js';
import { operations } from './operations.providers.js';
import { values } from './values.providers.js';
import { noSharedStore, type SharedStore } from './core/shared-store.js';

const monotonicMs = () => performance.now();
/** Three commands that fail in a row are no accident; a probe a quarter of a second later costs one command timeout. */
const breakerOptions = { failuresToOpen: 3, probeAfterMs: 250 };

const connections: Provider[] = [
  {
    provide: CACHE_REDIS,
    inject: [CACHING_OPTIONS],
    // The parts duplicate it with the patience that each of them has; this one only carries the address.
    useFactory: ({ redisUrl }: CachingOptions) =>
      redisUrl === undefined ? undefined : cacheAddress(redisUrl),
  },
  {
    provide: CACHE_NAMESPACE,
    inject: [CACHING_OPTIONS, DATABASE_EPOCH],
    // Answers and log belong to one history of one database: another one on this Redis has rows of the same names.
    useFactory: ({ namespace }: CachingOptions, epoch: string) => `${namespace}:${epoch}`,
  },
  {
    provide: INVALIDATION_LOG,
    inject: [CACHE_REDIS, CACHE_NAMESPACE, PlatformLogger],
    useFactory: (
      redis: Redis | Cluster | undefined,
      namespace: string,
      logger: PlatformLogger,
    ): InvalidationLog => {
      if (redis === undefined) return new MemoryInvalidationLog();
      const onStateChange = (state: 'current' | 'behind', err?: unknown) =>
        state === 'current'
          ? logger.log('the cache follows the invalidation log')
          : logger.warn('the cache is passed by: the invalidation log is away', { err });
      return new RedisInvalidationLog({ redis, namespace, monotonicMs, onStateChange });
    },
  },
  {
    provide: SHARED_STORE,
    inject: [CACHE_REDIS, CACHE_NAMESPACE, CACHING_OPTIONS, PlatformLogger],
    useFactory: (
      redis: Redis | Cluster | undefined,
      namespace: string,
      { release }: CachingOptions,
      logger: PlatformLogger,
    ): SharedStore => {
      if (redis === undefined) return noSharedStore;
      const onFailure = (err: unknown) => logger.debug('the shared store has failed', { err });
      return new RedisSharedStore({
        redis,
        namespace: `${namespace}:${release}`,
        breaker: new CircuitBreaker(breakerOptions),
        monotonicMs,
        onFailure,
      });
    },
  },
];

const core: Provider[] = [
  { provide: Fence, useFactory: () => new Fence() },
  {
    provide: ANSWER_MEMORY,
    inject: [CACHING_OPTIONS, Fence, AnswerUses],
    useFactory: ({ memoryBytes }: CachingOptions, fence: Fence, uses: AnswerUses) =>
      new ByteBudgetStore<CachedAnswer>({
        budgetBytes: memoryBytes,
        onRemoved: (_key, answer) => {
          fence.release(answer.cells);
          uses.gone(answer);
        },
      }),
  },
  {
    provide: AnswerCache,
    inject: [Fence, ANSWER_MEMORY, SHARED_STORE, CLOCK],
    useFactory: (fence: Fence, memory: ByteBudgetStore<CachedAnswer>, shared: SharedStore, clock: Clock) =>
      new AnswerCache({ fence, memory, shared, nowMs: () => clock.nowMs() }),
  },
  {
    provide: Answering,
    inject: [Fence, INVALIDATION_LOG, AnswerCache, CLOCK],
    useFactory: (fence: Fence, log: InvalidationLog, cache: AnswerCache, clock: Clock) =>
      new Answering({
        fence,
        log,
        cache,
        nowMs: () => clock.nowMs(),
        pause: (ms) => delay(ms),
        random: Math.random,
      }),
  },
  {
    provide: Invalidator,
    inject: [Fence, INVALIDATION_LOG, CDN],
    useFactory: (fence: Fence, log: InvalidationLog, cdn: Cdn | undefined) =>
      new Invalidator(fence, log, cdn ?? noCdn),
  },
];

const hints: Provider[] = [
  {
    provide: AnswerRules,
    inject: [CACHING_OPTIONS],
    useFactory: (options: CachingOptions) => new AnswerRules(options),
  },
  {
    provide: AnswerPlugin,
    inject: [AnswerRules, CLOCK],
    useFactory: (rules: AnswerRules, clock: Clock) => new AnswerPlugin(rules, () => clock.nowMs()),
  },
];

const http: Provider[] = [
  {
    provide: AnswerEncoder,
    inject: [AnswerCache],
    useFactory: (cache: AnswerCache) => new AnswerEncoder(zlibCompress, (answer) => cache.resize(answer)),
  },
  {
    provide: CDN,
    inject: [CACHING_OPTIONS, CACHE_NAMESPACE, DataSource, CLOCK, PlatformLogger],
    useFactory: (
      { cdn: options }: CachingOptions,
      namespace: string,
      dataSource: DataSource,
      clock: Clock,
      logger: PlatformLogger,
    ) => {
      if (options === undefined) return undefined;
      const uncarriedColumns = () => loadUncarriedColumns(dataSource);
      const onFailure = (err: unknown) => logger.warn('a purge is tried again', { err });
      return new Cdn({ options, namespace, clock, uncarriedColumns, onFailure });
    },
  },
  {
    provide: AnswerHeaders,
    inject: [CLOCK, CDN],
    useFactory: (clock: Clock, cdn: Cdn | undefined) =>
      new AnswerHeaders({
        nowMs: () => clock.nowMs(),
        hasCdn: cdn !== undefined,
        surrogateKeysOf: (answer) => cdn?.keysOf(answer),
        cdnLifetimeIn: cdn?.lifetimeIn ?? 'cdn-cache-control',
      }),
  },
  HttpAnswers,
];

const rows: Provider[] = [
  {
    provide: RowChangeCollector,
    inject: [DataSource, Invalidator],
    useFactory: (dataSource: DataSource, invalidator: Invalidator) =>
      new RowChangeCollector(dataSource, invalidator),
  },
  {
    provide: RowChangeRelay,
    inject: [DataSource, Invalidator, PlatformLogger],
    useFactory: (dataSource: DataSource, invalidator: Invalidator, logger: PlatformLogger) =>
      new RowChangeRelay(dataSource, invalidator, logger),
  },
];

@Module({
  providers: [
    {
      provide: CACHING_OPTIONS,
      inject: [CACHING_OPTIONS_INPUT],
      useFactory: (input: CachingOptionsInput) => cachingOptionsSchema.parse(input),
    },
    ...connections,
    ...core,
    ...values,
    ...hints,
    ...http,
    ...operations,
    ...rows,
    InvalidationFlow,
    CachingLifecycle,
  ],
  exports: [
    CACHING_OPTIONS,
    CachedEntities,
    CachedValues,
    CacheOperations,
    HttpAnswers,
    Invalidator,
    PartialExecution,
  ],
})
export class CachingModule extends ConfigurableModuleClass {}
