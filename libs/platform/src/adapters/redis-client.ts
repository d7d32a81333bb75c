/** Opens the shared Redis connection, in such a way that an unreachable Redis fails commands fast and never hangs one. */
import { Redis } from 'ioredis';
import type { Logger } from '../core/logger.js';

const commandTimeoutMs = 1_000;
const longestReconnectMs = 2_000;

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
