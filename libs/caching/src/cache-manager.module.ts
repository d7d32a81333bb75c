/**
 * The cache that engineers inject as `CACHE_MANAGER`: Nest's own, over the shared Redis, or in memory where there is none.
 *
 * It is a plain look-aside cache with a time to live. It knows no tags and follows no changes in the database: for what must
 * never be stale, use the GraphQL cache.
 */
import { PlatformLogger, REDIS, systemClock } from '@app/platform';
import { CacheModule, type CacheManagerOptions } from '@nestjs/cache-manager';
import { Module } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { awaitConnection, openCacheConnection } from './cache-connection.js';
import { KeyvBridge } from './adapters/keyv-bridge.js';
import { CircuitBreaker } from './core/circuit-breaker.js';
import { RecentMap } from './core/recent-map.js';

const defaultTtlMs = 300_000;
const connectTimeoutMs = 1_000;
const mostEntriesInMemory = 10_000;
const breakerOptions = { failuresToOpen: 3, probeAfterMs: 1_000 };
/** The bridge puts the namespace before the keys. Keyv itself leaves it out of a key that seems to have it, so that two keys are one. */
const keyvOptions = { namespace: 'app', useKeyPrefix: false };

async function openStore(redis: Redis | Cluster): Promise<KeyvBridge> {
  const connection = openCacheConnection(redis);
  await awaitConnection(connection, connectTimeoutMs);
  return new KeyvBridge(connection, new CircuitBreaker(breakerOptions), systemClock, {
    keyPrefix: 'swiftlet:cache',
  });
}

/** Options for `CacheModule.registerAsync`. Nest closes the store's connection when the application ends. */
export async function cacheManagerOptions(
  redis: Redis | Cluster | undefined,
  logger: Pick<PlatformLogger, 'warn'>,
): Promise<CacheManagerOptions> {
  const store = redis === undefined ? new RecentMap<string>(mostEntriesInMemory) : await openStore(redis);
  const keyv = new Keyv({ ...keyvOptions, store });
  keyv.on('error', (err: unknown) => logger.warn('application cache failed', { err }));
  return { stores: [keyv], ttl: defaultTtlMs };
}

@Module({
  imports: [
    CacheModule.registerAsync({
      isGlobal: true,
      inject: [REDIS, PlatformLogger],
      useFactory: cacheManagerOptions,
    }),
  ],
})
export class CacheManagerModule {}
