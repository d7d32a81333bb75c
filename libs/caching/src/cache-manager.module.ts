/**
 * The cache that engineers inject as `CACHE_MANAGER`: Nest's own, over Redis, or in memory where there is none.
 *
 * It is a plain look-aside cache with a time to live. It knows no tags and follows no changes in the database: for what must
 * never be stale, use the GraphQL cache.
 */
import { PlatformLogger, systemClock } from '@app/platform';
import { CacheModule, type CacheManagerOptions } from '@nestjs/cache-manager';
import { Module, type DynamicModule } from '@nestjs/common';
import { Keyv } from 'keyv';
import { KeyvBridge } from './adapters/keyv-bridge.js';
import { awaitConnection, cacheAddress, openCacheConnection } from './cache-connection.js';
import { cacheManagerOptionsSchema, type CacheManagerOptionsInput } from './cache-manager.options.js';
import { CircuitBreaker } from './core/circuit-breaker.js';
import { RecentMap } from './core/recent-map.js';

const defaultTtlMs = 300_000;
const connectTimeoutMs = 1_000;
const mostEntriesInMemory = 10_000;
const breakerOptions = { failuresToOpen: 3, probeAfterMs: 1_000 };
/** The bridge puts the namespace before the keys. Keyv itself leaves it out of a key that seems to have it, so that two keys are one. */
const keyvOptions = { namespace: 'app', useKeyPrefix: false };

async function openStore(redisUrls: readonly string[]): Promise<KeyvBridge> {
  const connection = openCacheConnection(cacheAddress(redisUrls));
  await awaitConnection(connection, connectTimeoutMs);
  return new KeyvBridge(connection, new CircuitBreaker(breakerOptions), systemClock, {
    keyPrefix: 'swiftlet:cache',
  });
}

/** Nest closes the store's connection when the application ends. */
async function openCache(
  redisUrls: readonly string[] | undefined,
  logger: PlatformLogger,
): Promise<CacheManagerOptions> {
  const store =
    redisUrls === undefined ? new RecentMap<string>(mostEntriesInMemory) : await openStore(redisUrls);
  const keyv = new Keyv({ ...keyvOptions, store });
  keyv.on('error', (err: unknown) => logger.warn('application cache failed', { err }));
  return { stores: [keyv], ttl: defaultTtlMs };
}

@Module({})
export class CacheManagerModule {
  /** Once, in the application's root module. Needs the platform. Written by hand: Nest's cache takes its options from within. */
  static forRoot(input: CacheManagerOptionsInput): DynamicModule {
    const { redisUrl } = cacheManagerOptionsSchema.parse(input);
    return {
      module: CacheManagerModule,
      imports: [
        CacheModule.registerAsync({
          isGlobal: true,
          inject: [PlatformLogger],
          useFactory: (logger: PlatformLogger) => openCache(redisUrl, logger),
        }),
      ],
    };
  }
}
