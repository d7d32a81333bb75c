// PostgreSQL and Redis for one run: the given ones, or private ones in a data folder.
import { findRedis, startRedis } from './redis.mjs';
import { startPostgres } from './postgres.mjs';

/**
 * @typedef {object} Service
 * @property {'given' | 'private' | 'none'} kind
 * @property {string} [url]
 * @property {number} [port] of a private one
 * @property {import('../run/child.mjs').Child} [child] of a private one
 *
 * @typedef {{ postgres: Service, redis: Service }} Services
 */

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ dataDir: string, password: string, isDurable: boolean }} options
 * @returns {Promise<Service>}
 */
export async function postgresService(run, options) {
  const url = run.settings.databaseUrl;
  if (url !== undefined) return { kind: 'given', url };
  const started = await run.progress.step('Starting PostgreSQL', () => startPostgres(run, options));
  return { kind: 'private', ...started };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ dataDir: string, password: string, isDurable: boolean, binary?: string }} options
 * @returns {Promise<Service>}
 */
export async function redisService(run, options) {
  const url = run.settings.redisUrl;
  if (url !== undefined) return { kind: 'given', url };
  const binary = options.binary ?? findRedis(run.env);
  if (binary === undefined) return { kind: 'none' };
  const started = await run.progress.step('Starting Redis', () => startRedis(run, { ...options, binary }));
  return { kind: 'private', ...started };
}

/**
 * @param {Services} services
 * @returns {Record<string, string>} what children find them by
 */
export function serviceEnvironment({ postgres, redis }) {
  return {
    ...(postgres.url === undefined ? {} : { DATABASE_URL: postgres.url }),
    ...(redis.url === undefined ? {} : { REDIS_URL: redis.url }),
  };
}
