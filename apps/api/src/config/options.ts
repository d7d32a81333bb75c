/** Turns the environment into the options of each part. */
import { randomUUID } from 'node:crypto';
import { publishingApplicationPrefix, type CachingOptionsInput } from '@app/caching';
import type { DatabaseOptions } from '../database/data-source.js';
import type { Environment } from './env.js';
import { releaseOf } from './release.js';

export function databaseOptions(env: Environment): DatabaseOptions {
  return {
    url: env.DATABASE_URL,
    // The prefix says that this process tells the cache itself of what it commits.
    applicationName: `${publishingApplicationPrefix}${randomUUID()}`,
    poolSize: env.DATABASE_POOL_SIZE,
    // The request's own deadline cancels first; this is for statements that run outside a request.
    statementTimeoutMs: env.REQUEST_TIMEOUT_MS * 3,
  };
}

export function platformOptions(env: Environment) {
  return { logLevel: env.LOG_LEVEL, ...(env.REDIS_URL === undefined ? {} : { redisUrl: env.REDIS_URL }) };
}

export function cachingOptions(env: Environment): CachingOptionsInput {
  const redisUrl = env.CACHE_REDIS_URL ?? env.REDIS_URL;
  return {
    release: releaseOf(),
    memoryBytes: env.CACHE_MEMORY_BYTES,
    isWarming: env.CACHE_WARM,
    shadowRatio: env.CACHE_SHADOW_RATIO,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    ...(env.REDIS_URL === undefined ? {} : { jobsRedisUrl: env.REDIS_URL }),
  };
}
