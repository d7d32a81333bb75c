// PostgreSQL and Redis for a test run: fast instead of durable, with a password that nobody keeps.
import { randomBytes } from 'node:crypto';
import { postgresService, redisService } from './services.mjs';

const PASSWORD_BYTES = 16;

/** @param {string} dataDir */
export function testServiceOptions(dataDir) {
  return { dataDir, password: randomBytes(PASSWORD_BYTES).toString('base64url'), isDurable: false };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ dataDir: string, redisBinary?: string }} options no binary is needed where REDIS_URL is given
 * @returns {Promise<import('./services.mjs').Services>}
 */
export async function startTestServices(run, { dataDir, redisBinary }) {
  const options = testServiceOptions(dataDir);
  const [postgres, redis] = await Promise.all([
    postgresService(run, options),
    redisService(run, { ...options, binary: redisBinary }),
  ]);
  return { postgres, redis };
}
