// `npm start`: from an empty clone, or a warm one, to a served API and a banner.
import { join } from 'node:path';
import { apiEnvironment, endedByItself, prepareDatabase, startApi } from './api.mjs';
import { bannerLines, originOf } from './banner.mjs';
import { ensureBuild } from '../machine/build.mjs';
import { withCheckoutLock } from '../machine/checkout-lock.mjs';
import { loadCredentials } from '../settings/credentials.mjs';
import { ensureDependencies } from '../machine/dependencies.mjs';
import { freePort } from '../settings/port.mjs';
import { logTail } from '../services/postgres.mjs';
import { claimDataFolder } from '../run/run-record.mjs';
import { postgresService, redisService, serviceEnvironment } from '../services/services.mjs';
import { STOP_ORDER } from '../run/shutdown.mjs';

/**
 * @param {import('../run/task.mjs').Run} run
 * @returns {Promise<never>} ends only by failing; a signal ends the run from outside
 */
export async function start(run) {
  const settings = run.settings;
  if (settings.port === 0) settings.port = await freePort(settings.host);
  await claim(run, 'start');
  const credentials = settings.isDevelopment ? loadCredentials(settings.dataDir) : undefined;
  const services = await makeReady(run, credentials);
  const env = apiEnvironment(run, credentials, serviceEnvironment(services));
  const origin = originOf(settings.host, settings.port);

  await prepareDatabase(run, env);
  const api = await startApi(run, env, origin);
  run.record.announce({ origin, databaseUrl: services.postgres.url, redisUrl: services.redis.url });
  const { root, dataDir, isDevelopment } = settings;
  const accounts = run.settings.env.DEV_ACCOUNTS ? [] : (credentials?.accounts ?? []);
  const generatedAdminToken = run.settings.env.ADMIN_TOKEN ? undefined : credentials?.adminToken;
  const facts = { origin, isDevelopment, services, root, dataDir, accounts, generatedAdminToken };
  run.progress.print(bannerLines(facts).join('\n'));
  throw await firstDeath(settings.dataDir, api, services);
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {string} command
 */
export async function claim(run, command) {
  const record = await claimDataFolder(run.settings.dataDir, command);
  run.record = record;
  run.shutdown.add({ order: STOP_ORDER.notice, stop: () => record.announce({ isStopping: true }) });
  run.shutdown.add({ order: STOP_ORDER.folder, stop: () => record.release() });
}

/**
 * Everything that the API needs, as much of it as possible at the same time.
 * @param {import('../run/task.mjs').Run} run
 * @param {import('../settings/credentials.mjs').Credentials | undefined} credentials
 * @returns {Promise<import('../services/services.mjs').Services>}
 */
export async function makeReady(run, credentials) {
  const { dataDir } = run.settings;
  const [redis, postgres] = await Promise.all([
    // Redis may start while PostgreSQL is still being installed: it is not part of node_modules.
    credentials === undefined && run.settings.redisUrl === undefined
      ? { kind: 'none' }
      : redisService(run, { dataDir, password: credentials?.redisPassword ?? '', isDurable: true }),
    withCheckoutLock(run, async () => {
      await ensureDependencies(run);
      const [service] = await Promise.all([
        postgresService(run, { dataDir, password: credentials?.postgresPassword ?? '', isDurable: true }),
        ensureBuild(run),
      ]);
      return service;
    }),
  ]);
  return { postgres, redis };
}

/**
 * @param {string} dataDir
 * @param {import('../run/child.mjs').Child} api
 * @param {import('../services/services.mjs').Services} services
 */
function firstDeath(dataDir, api, { postgres, redis }) {
  const deaths = [endedByItself(api)];
  for (const [{ child }, file] of [
    [postgres, 'postgres.log'],
    [redis, 'redis.log'],
  ]) {
    if (child !== undefined) deaths.push(endedByItself(child, () => logTail(join(dataDir, file))));
  }
  return Promise.race(deaths);
}
