// The compiled API as a program: its command line, its server, and the wait until it says that it is ready.
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endingText, lastLines } from '../run/child.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { STOP_ORDER } from '../run/shutdown.mjs';
import { mustSucceed, startChild } from '../run/task.mjs';

const READY_TIMEOUT_MS = 60_000;
/** A draining API finishes the requests that it has accepted. */
const STOP_GRACE_MS = 15_000;
const POLL_MS = 50;
const SHOWN_LINES = 20;

/** @param {string} root @param {'main' | 'cli'} program */
export function apiProgram(root, program) {
  return join(root, 'dist', 'apps', 'api', 'src', `${program}.js`);
}

/**
 * What the user gave wins over what was generated.
 * @param {import('../run/task.mjs').Run} run
 * @param {import('../settings/credentials.mjs').Credentials | undefined} credentials
 * @param {Record<string, string>} serviceEnv
 * @returns {NodeJS.ProcessEnv}
 */
export function apiEnvironment({ env, settings }, credentials, serviceEnv) {
  const mode = settings.isDevelopment ? 'development' : env.NODE_ENV;
  const fixed = { ...serviceEnv, NODE_ENV: mode, HOST: settings.host, PORT: String(settings.port) };
  if (credentials === undefined) return { ...env, ...fixed };
  return {
    ...env,
    JWT_SECRET: env.JWT_SECRET || credentials.jwtSecret,
    ADMIN_TOKEN: env.ADMIN_TOKEN || credentials.adminToken,
    DEV_ACCOUNTS: env.DEV_ACCOUNTS || JSON.stringify(credentials.accounts),
    ...fixed,
  };
}

/**
 * Migrates, seeds an empty database, makes sure of the development accounts; its lines are shown as they come.
 * @param {import('../run/task.mjs').Run} run
 * @param {NodeJS.ProcessEnv} env
 */
export async function prepareDatabase(run, env) {
  /** @type {string | undefined} */
  let refusal;
  const show = wholeLines((lines) => {
    refusal = lines.map(refusalIn).find((text) => text !== undefined) ?? refusal;
    const shown = lines.filter((line) => refusalIn(line) === undefined);
    if (shown.length > 0) run.progress.print(shown.map((line) => `    ${line}`).join('\n'));
  });
  const args = [apiProgram(run.root, 'cli'), 'prepare'];
  try {
    await run.progress.step('Preparing the database', () =>
      mustSucceed(run, {
        name: 'Preparing the database',
        command: process.execPath,
        args,
        env,
        output: show,
      }),
    );
  } catch (error) {
    if (refusal === undefined) throw error;
    throw new LauncherError('PREPARE_REFUSED', refusal, { cause: error });
  }
}

/**
 * What the command line says when it gives up is what the user should read, once.
 * @param {string} line
 */
export function refusalIn(line) {
  return /^swiftlet: (.+)$/.exec(line)?.[1];
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {NodeJS.ProcessEnv} env
 * @param {string} origin
 */
export async function startApi(run, env, origin) {
  // Who asks for a level wants to see it all; others should find the banner, not a page of "route mapped".
  let showsRoutine = env.LOG_LEVEL !== undefined;
  const show = wholeLines((lines) => {
    const shown = showsRoutine ? lines : lines.filter((line) => !isRoutine(line));
    if (shown.length > 0) run.progress.print(shown.join('\n'));
  });
  const child = startChild(run, {
    name: 'The API',
    command: process.execPath,
    args: [apiProgram(run.root, 'main')],
    cwd: run.root,
    env,
    output: show,
    order: STOP_ORDER.api,
    stopGraceMs: STOP_GRACE_MS,
  });
  await run.progress.step('Starting the API', () => untilReady(child, `${origin}/health/ready`));
  showsRoutine = true;
  return child;
}

/**
 * @param {string} line
 * @returns {boolean} a pino line of level info (30) or below
 */
export function isRoutine(line) {
  return /^\{"level":(?:10|20|30),/.test(line);
}

/**
 * @param {import('../run/child.mjs').Child} child
 * @param {string} url
 */
async function untilReady(child, url) {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  let answer = 'no answer';
  while (!child.hasEnded && Date.now() < deadlineMs) {
    answer = await statusOf(url);
    if (answer === '200') return;
    await delay(POLL_MS);
  }
  if (child.hasEnded) throw await endedByItself(child);
  throw new LauncherError('API_NOT_READY', `${url} said ${answer} for ${READY_TIMEOUT_MS / 1000} s.`, {
    details: lastLines(child.text, SHOWN_LINES),
  });
}

/**
 * @param {import('../run/child.mjs').Child} child
 * @param {() => string} [readLog] for a child that keeps its log in a file
 */
export async function endedByItself(child, readLog = () => lastLines(child.text, SHOWN_LINES)) {
  const ending = await child.ended;
  return new LauncherError('CHILD_ENDED', `${child.name} ${endingText(ending)}.`, { details: readLog() });
}

/**
 * Two programs write to one terminal: only whole lines may be put between each other's.
 * @param {(lines: string[]) => void} show
 * @returns {(text: string) => void}
 */
export function wholeLines(show) {
  let pending = '';
  return (text) => {
    const lines = (pending + text).split('\n');
    pending = lines.pop();
    if (lines.length > 0) show(lines);
  };
}

/** @param {string} url @returns {Promise<string>} the HTTP status, or why there is none */
function statusOf(url) {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', (error) => resolve(error.code ?? error.message));
  });
}
