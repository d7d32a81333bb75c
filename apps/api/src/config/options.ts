/** Turns the environment into the options of each part. */
import type { DatabaseOptions } from '../database/data-source.js';
import type { Environment } from './env.js';

export function databaseOptions(env: Environment): DatabaseOptions {
  return {
    url: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    // The request's own deadline cancels first; this is for statements that run outside a request.
    statementTimeoutMs: env.REQUEST_TIMEOUT_MS * 3,
  };
}

export function platformOptions(env: Environment) {
  return { logLevel: env.LOG_LEVEL, ...(env.REDIS_URL === undefined ? {} : { redisUrl: env.REDIS_URL }) };
}
