// `npm run import|seed|migrate|schema`: the API's command line with its services beside it, started for it if need be.
import { apiEnvironment, apiProgram } from './api.mjs';
import { ensureBuild } from '../machine/build.mjs';
import { withCheckoutLock } from '../machine/checkout-lock.mjs';
import { loadCredentials } from '../settings/credentials.mjs';
import { ensureDataFolder } from '../settings/data-folder.mjs';
import { ensureDependencies } from '../machine/dependencies.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { runningIn } from '../run/run-record.mjs';
import { serviceEnvironment } from '../services/services.mjs';
import { STOP_ORDER, signalExitCode } from '../run/shutdown.mjs';
import { checkDatabaseNamed, checkGivenServices } from '../settings/start-checks.mjs';
import { claim, makeReady } from './start.mjs';
import { startChild } from '../run/task.mjs';

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} the exit code of the command
 */
export async function apiCommand(run, command, args) {
  const needsServices = command !== 'schema';
  const env = needsServices ? await environmentWithServices(run, command) : await environmentAlone(run);
  run.progress.close();
  const child = startChild(run, {
    name: `npm run ${command}`,
    command: process.execPath,
    args: [apiProgram(run.root, 'cli'), command, ...args],
    cwd: run.root,
    env,
    output: 'inherit',
    order: STOP_ORDER.task,
  });
  const { code, signal, error } = await child.ended;
  if (error !== undefined) throw error;
  return code ?? signalExitCode(signal);
}

/** @param {import('../run/task.mjs').Run} run */
async function environmentAlone(run) {
  await withCheckoutLock(run, async () => {
    await ensureDependencies(run);
    await ensureBuild(run);
  });
  return run.env;
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {string} command
 */
async function environmentWithServices(run, command) {
  const { settings } = run;
  checkDatabaseNamed(settings);
  await checkGivenServices(settings);
  ensureDataFolder(settings.dataDir);
  const running = runningIn(settings.dataDir);
  const credentials = settings.isDevelopment ? loadCredentials(settings.dataDir) : undefined;
  if (running !== undefined) {
    await environmentAlone(run);
    return apiEnvironment(run, credentials, attach(running, settings));
  }
  await claim(run, command);
  return apiEnvironment(run, credentials, serviceEnvironment(await makeReady(run, credentials)));
}

/**
 * @param {import('../run/lock-file.mjs').LockRecord} running
 * @param {import('../settings/environment.mjs').Settings} settings
 * @returns {Record<string, string>} the services of the `npm start` that runs here, except those that the user named
 */
export function attach(running, settings) {
  const databaseUrl = settings.databaseUrl ?? running.databaseUrl;
  if (databaseUrl === undefined) {
    throw new LauncherError(
      'NOT_READY_TO_ATTACH',
      `"${running.command}" (pid ${running.pid}) uses this data folder and is not serving yet; wait until it is ready or has ended, then try again.`,
    );
  }
  const redisUrl = settings.redisUrl ?? running.redisUrl;
  return { DATABASE_URL: databaseUrl, ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) };
}
