/** Starts what follows writes before anything is cached, and stops it in the order in which its parts need one another. */
import { PlatformLogger } from '@app/platform';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PostgresCatalog } from './adapters/postgres-catalog.js';
import { recordStatements } from './adapters/recorded-statements.js';
import { RowChangeCollector } from './adapters/row-change-collector.js';
import { RowChangeRelay } from './adapters/row-change-relay.js';
import { SqlReads } from './adapters/sql-reads.js';
import type { TableCatalog } from './core/table-catalog.js';
import { CDN, INVALIDATION_LOG } from './caching.tokens.js';
import { CacheWarmer } from './cache-warmer.js';
import type { Cdn } from './cdn.js';
import { Fence } from './core/fence.js';
import type { InvalidationLog, LogFollower } from './core/invalidation-log.js';

@Injectable()
export class InvalidationFlow {
  constructor(
    private readonly dataSource: DataSource,
    private readonly fence: Fence,
    @Inject(INVALIDATION_LOG) private readonly log: InvalidationLog,
    private readonly collector: RowChangeCollector,
    private readonly relay: RowChangeRelay,
  ) {}

  /** @param onApplied is called whenever something may have ended. */
  async start(onApplied: () => void): Promise<void> {
    await this.log.start(watchedFence(this.fence, onApplied));
    this.dataSource.subscribers.push(this.collector);
    this.relay.start();
  }

  async stop(): Promise<void> {
    await this.relay.stop();
    await this.log.close();
  }
}

function watchedFence(fence: Fence, onApplied: () => void): LogFollower {
  return {
    apply: (invalidation, sequence) => {
      fence.apply(invalidation, sequence);
      onApplied();
    },
    reach: (sequence) => fence.reach(sequence),
    forget: (before) => fence.forget(before),
  };
}

@Injectable()
export class CachingLifecycle implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  #stopRecording: () => void = () => undefined;

  constructor(
    private readonly flow: InvalidationFlow,
    private readonly dataSource: DataSource,
    @Inject(CDN) private readonly cdn: Cdn | undefined,
    private readonly warmer: CacheWarmer,
    private readonly logger: PlatformLogger,
  ) {}

  async onModuleInit(): Promise<void> {
    const catalog = await new PostgresCatalog(this.dataSource).load();
    this.#stopRecording = recordStatements(await SqlReads.load(catalog));
    await this.cdn?.start();
    await this.flow.start(() => this.warmer.onInvalidation());
    this.logger.log('the cache is on', { tables: trackedTables(catalog) });
  }

  /** Before TypeORM closes the database under the relay. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.flow.stop();
    await this.cdn?.stop();
  }

  onApplicationShutdown(): void {
    this.#stopRecording();
  }
}

function trackedTables({ relations }: TableCatalog): string[] {
  return [...relations.values()].flatMap((relation) => (relation.kind === 'tracked' ? relation.name : []));
}
