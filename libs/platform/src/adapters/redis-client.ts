/** Opens the shared Redis connection, in such a way that an unreachable Redis fails commands fast and never hangs one. */
import { Redis } from 'ioredis';
import type { Logger } from '../core/logger.js';

const commandTimeoutMs = 1_000;
const longestReconnectMs = 2_000;

/** Something answers there or not, but no Redis that lets this application in. */
export class RedisUnusable extends Error {
  readonly code = 'REDIS_UNUSABLE';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`REDIS_URL cannot be used: ${reason.replace(/\.$/, '')}.`, { cause });
    this.name = 'RedisUnusable';
  }
}

/** Asks once, for a start that should say what is wrong before anything is built upon it. @throws RedisUnusable */
export async function checkRedis(url: string): Promise<void> {
  let redis: Redis | undefined;
  let firstFailure: Error | undefined;
  try {
    redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 2_000,
      commandTimeout: 2_000,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    redis.on('error', (error: Error) => (firstFailure ??= error));
    const { db = 0 } = redis.options;
    if (!Number.isInteger(db))
      throw new Error('its path must be a database number, as in redis://host:6379/0');
    await redis.connect();
    await redis.ping();
    if (db !== 0) await redis.select(db); // connecting does not fail on a database that is not there
  } catch (error) {
    throw new RedisUnusable(firstFailure ?? error);
  } finally {
    redis?.disconnect();
  }
}

export function connectRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    connectionName: 'swiftlet',
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    retryStrategy: (attempt) => Math.min(attempt * 50, longestReconnectMs),
  });
  let down = false;
  redis.on('error', (err: Error) => {
    if (!down) logger.warn('redis is unavailable', { err });
    down = true;
  });
  redis.on('ready', () => {
    if (down) logger.log('redis is back');
    down = false;
  });
  return redis;
}
