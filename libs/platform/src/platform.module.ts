/** Wires the process plumbing: logger, clock, Redis, event bus, outbox relay and transactions. Needs a TypeORM DataSource. */
import { Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { InProcessEventBus } from './adapters/in-process-event-bus.js';
import { claimOutboxHistory, isBehindStream, renewEpoch } from './adapters/outbox-history.js';
import { createPino, PlatformLogger } from './adapters/pino-logger.js';
import { PostgresOutboxStore } from './adapters/postgres-outbox.js';
import { connectRedis } from './adapters/redis-client.js';
import { RedisStreamEventBus, streamTail } from './adapters/redis-stream-event-bus.js';
import { systemClock } from './adapters/system-clock.js';
import { Transactions } from './adapters/transactions.js';
import { EventBus } from './core/event-bus.js';
import { OutboxPruning } from './core/outbox-pruning.js';
import { OutboxRelay } from './core/outbox-relay.js';
import { comparePositions, originPosition } from './core/outbox-position.js';
import { PlatformLifecycle, streamConsumer } from './platform.lifecycle.js';
import { CLOCK, DATABASE_EPOCH, PLATFORM_OPTIONS, REDIS } from './platform.tokens.js';
import { ConfigurableModuleClass, PLATFORM_OPTIONS_INPUT } from './platform.module-definition.js';
import {
  platformOptionsSchema,
  type PlatformOptions,
  type PlatformOptionsInput,
} from './platform.options.js';

/** Claimed before anybody reads the outbox, and renewed where the stream in Redis goes beyond what the database knows. */
async function claimEpoch(
  redis: Redis | undefined,
  dataSource: DataSource,
  logger: PlatformLogger,
): Promise<string> {
  const { epoch, hasMoved } = await claimOutboxHistory(dataSource);
  if (hasMoved)
    logger.warn('the database has moved to another server; its outbox was carried over', { epoch });
  if (redis === undefined) return epoch;
  const tail = await streamTail(redis, epoch);
  const isAhead = comparePositions(tail, originPosition) > 0;
  if (!isAhead || !(await isBehindStream(dataSource, streamConsumer, tail))) return epoch;
  logger.warn('the database was put back to an earlier state; a new event stream begins', { epoch });
  return renewEpoch(dataSource, epoch);
}

async function createEventBus(
  redis: Redis | undefined,
  epoch: string,
  logger: PlatformLogger,
): Promise<EventBus> {
  if (redis === undefined) return new InProcessEventBus(logger);
  const bus = new RedisStreamEventBus(redis, epoch, logger);
  await bus.start();
  return bus;
}

@Module({
  providers: [
    {
      provide: PLATFORM_OPTIONS,
      inject: [PLATFORM_OPTIONS_INPUT],
      useFactory: (input: PlatformOptionsInput) => platformOptionsSchema.parse(input),
    },
    {
      provide: PlatformLogger,
      inject: [PLATFORM_OPTIONS],
      useFactory: (options: PlatformOptions) => new PlatformLogger(createPino(options.logLevel)),
    },
    { provide: CLOCK, useValue: systemClock },
    {
      provide: REDIS,
      inject: [PLATFORM_OPTIONS, PlatformLogger],
      useFactory: ({ redisUrl }: PlatformOptions, logger: PlatformLogger) =>
        redisUrl === undefined ? undefined : connectRedis(redisUrl, logger),
    },
    { provide: DATABASE_EPOCH, inject: [REDIS, DataSource, PlatformLogger], useFactory: claimEpoch },
    { provide: EventBus, inject: [REDIS, DATABASE_EPOCH, PlatformLogger], useFactory: createEventBus },
    {
      provide: PostgresOutboxStore,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new PostgresOutboxStore(dataSource),
    },
    {
      provide: OutboxRelay,
      inject: [PostgresOutboxStore, PlatformLogger],
      useFactory: (store: PostgresOutboxStore, logger: PlatformLogger) => new OutboxRelay(store, logger),
    },
    {
      provide: OutboxPruning,
      inject: [PostgresOutboxStore, PLATFORM_OPTIONS, PlatformLogger],
      useFactory: (store: PostgresOutboxStore, options: PlatformOptions, logger: PlatformLogger) =>
        new OutboxPruning(store, options.outboxRetentionMs, logger),
    },
    Transactions,
    PlatformLifecycle,
  ],
  exports: [
    PLATFORM_OPTIONS,
    PlatformLogger,
    CLOCK,
    DATABASE_EPOCH,
    REDIS,
    EventBus,
    OutboxRelay,
    Transactions,
  ],
})
export class PlatformModule extends ConfigurableModuleClass {}
