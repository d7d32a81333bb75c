// What must be right before anything is begun; each failure is one line that names the variable to change.
import { ensureDataFolder } from './data-folder.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { checkPortFree } from './port.mjs';
import { stopLeftoversIn } from '../run/run-record.mjs';
import { checkReachable } from './service-url.mjs';

/** @param {import('./environment.mjs').Settings} settings */
export function checkDatabaseNamed({ databaseUrl, isDevelopment }) {
  if (databaseUrl === undefined && !isDevelopment) {
    throw new LauncherError(
      'DATABASE_URL_MISSING',
      'DATABASE_URL is not set; an embedded PostgreSQL with generated passwords is for NODE_ENV=development only.',
    );
  }
}

/** @param {import('./environment.mjs').Settings} settings */
export async function checkGivenServices({ databaseUrl, redisUrl }) {
  if (databaseUrl !== undefined) await checkReachable('DATABASE_URL', databaseUrl);
  if (redisUrl !== undefined) await checkReachable('REDIS_URL', redisUrl);
}

/** @param {import('./environment.mjs').Settings} settings */
export async function checkStart(settings) {
  ensureDataFolder(settings.dataDir);
  await stopLeftoversIn(settings.dataDir);
  await checkPortFree(settings.host, settings.port);
  checkDatabaseNamed(settings);
  await checkGivenServices(settings);
}
