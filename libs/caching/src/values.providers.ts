/** Wires what is kept below whole answers: values, root fields, and rows by their keys. */
import { CLOCK, PlatformLogger, type Clock } from '@app/platform';
import type { Provider } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { AnswerRules } from './adapters/graphql/answer-rules.js';
import { PartialExecution } from './adapters/graphql/partial-execution.js';
import type { CachingOptions } from './caching.options.js';
import { CACHING_OPTIONS, INVALIDATION_LOG, SHARED_STORE, VALUE_MEMORY } from './caching.tokens.js';
import { ByteBudgetStore } from './core/byte-budget-store.js';
import { CachedEntities } from './core/cached-entities.js';
import type { CachedEntity } from './core/cached-entity.js';
import type { CachedValue } from './core/cached-value.js';
import { CachedValues } from './core/cached-values.js';
import { EntityCache } from './core/entity-cache.js';
import { Fence, type Fenced } from './core/fence.js';
import type { InvalidationLog } from './core/invalidation-log.js';
import type { SharedStore } from './core/shared-store.js';
import { ValueCache } from './core/value-cache.js';

export const values: Provider[] = [
  {
    provide: VALUE_MEMORY,
    inject: [CACHING_OPTIONS, Fence],
    useFactory: ({ valueMemoryBytes }: CachingOptions, fence: Fence) =>
      // Of values and of entities, which have keys of their own in it: what is asked for less makes room for the others.
      new ByteBudgetStore<Fenced>({
        budgetBytes: valueMemoryBytes,
        onRemoved: (_key, value) => fence.release(value.cells),
      }),
  },
  {
    provide: ValueCache,
    inject: [Fence, VALUE_MEMORY, SHARED_STORE, CLOCK],
    useFactory: (fence: Fence, memory: ByteBudgetStore<CachedValue>, shared: SharedStore, clock: Clock) =>
      new ValueCache({ fence, memory, shared, nowMs: () => clock.nowMs(), random: Math.random }),
  },
  {
    provide: CachedValues,
    inject: [INVALIDATION_LOG, ValueCache, CLOCK, CACHING_OPTIONS, PlatformLogger],
    useFactory: (
      log: InvalidationLog,
      cache: ValueCache,
      clock: Clock,
      { defaultTtlMs }: CachingOptions,
      logger: PlatformLogger,
    ) =>
      new CachedValues({
        log,
        cache,
        nowMs: () => clock.nowMs(),
        pause: (ms) => delay(ms),
        random: Math.random,
        defaultTtl: { kind: 'event-driven', maxAgeMs: defaultTtlMs },
        onInexact: (name) =>
          logger.warn(
            'values are not cached: they hold what cannot be written down exactly, such as class instances',
            {
              name,
            },
          ),
      }),
  },
  {
    provide: EntityCache,
    inject: [Fence, VALUE_MEMORY, SHARED_STORE, CLOCK],
    useFactory: (fence: Fence, memory: ByteBudgetStore<CachedEntity>, shared: SharedStore, clock: Clock) =>
      new EntityCache({ fence, memory, shared, nowMs: () => clock.nowMs() }),
  },
  {
    provide: CachedEntities,
    inject: [INVALIDATION_LOG, EntityCache, CACHING_OPTIONS, PlatformLogger],
    useFactory: (
      log: InvalidationLog,
      cache: EntityCache,
      { defaultTtlMs: maxAgeMs }: CachingOptions,
      logger: PlatformLogger,
    ) =>
      new CachedEntities({
        log,
        cache,
        maxAgeMs,
        onUnkept: (name, reason) => logger.warn('entities are loaded anew each time', { name, reason }),
      }),
  },
  {
    provide: PartialExecution,
    inject: [CachedValues, AnswerRules],
    useFactory: (cachedValues: CachedValues, rules: AnswerRules) => new PartialExecution(cachedValues, rules),
  },
];
