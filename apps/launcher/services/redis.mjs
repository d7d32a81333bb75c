// A private redis-server on a free port of 127.0.0.1, behind a password, gone when the run ends.
import { accessSync, closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endingText } from '../run/child.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { freePort } from '../settings/port.mjs';
import { logTail } from './postgres.mjs';
import { STOP_ORDER } from '../run/shutdown.mjs';
import { startChild } from '../run/task.mjs';

/** Loading an append-only file of some GB. */
const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 10_000;
const POLL_MS = 25;
const PORT_ATTEMPTS = 3;

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function findRedis(env) {
  const file = process.platform === 'win32' ? 'redis-server.exe' : 'redis-server';
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, file)).find(isExecutable);
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ binary: string, dataDir: string, password: string, isDurable: boolean }} options
 * @returns {Promise<{ url: string, port: number, child: import('../run/child.mjs').Child }>}
 */
export async function startRedis(run, { binary, dataDir, password, isDurable }) {
  const folder = join(dataDir, 'redis');
  const logPath = join(dataDir, 'redis.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawnRedis(run, {
      binary,
      logPath,
      config: redisConfig({ port, folder, password, isDurable }),
    });
    const failure = await untilReady(child, { port, password, logPath });
    if (failure === undefined) return { url: `redis://:${password}@127.0.0.1:${port}/0`, port, child };
    if (attempt === PORT_ATTEMPTS || !failure.details.includes('Address already in use')) throw failure;
  }
}

/**
 * @param {{ port: number, folder: string, password: string, isDurable: boolean }} options
 * @returns {string} redis.conf
 */
export function redisConfig({ port, folder, password, isDurable }) {
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${folder.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
    'daemonize no',
    // Jobs live here: when memory is short a write must fail, not an old key vanish.
    'maxmemory-policy noeviction',
    `appendonly ${isDurable ? 'yes' : 'no'}`,
    'save ""',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ binary: string, logPath: string, config: string }} options
 */
function spawnRedis(run, { binary, logPath, config }) {
  const log = openSync(logPath, 'a', 0o600);
  try {
    return startChild(run, {
      name: 'Redis',
      command: binary,
      args: ['-'], // configuration from standard input: a password among the arguments is everyone's to read
      input: config,
      env: run.env,
      output: log,
      order: STOP_ORDER.redis,
      stopGraceMs: STOP_GRACE_MS,
    });
  } finally {
    closeSync(log);
  }
}

/**
 * @param {import('../run/child.mjs').Child} child
 * @param {{ port: number, password: string, logPath: string }} server
 * @returns {Promise<LauncherError | undefined>}
 */
async function untilReady(child, { port, password, logPath }) {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!child.hasEnded && Date.now() < deadlineMs) {
    if (await answersPing(port, password)) return undefined;
    await delay(POLL_MS);
  }
  const text = child.hasEnded
    ? `redis-server ${endingText(await child.ended)} while it started; its log is ${logPath}.`
    : `redis-server was not ready within ${READY_TIMEOUT_MS / 1000} s; its log is ${logPath}.`;
  return new LauncherError('REDIS_START', text, { details: logTail(logPath) });
}

/**
 * @param {number} port
 * @param {string} password
 * @returns {Promise<boolean>} false also while it loads its data and when a stranger has the port
 */
export function answersPing(port, password) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port });
    socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy());
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`));
    socket.on('data', (chunk) => (answer += chunk));
    socket.once('error', () => undefined); // refused: not listening yet; `close` follows
    socket.once('close', () => resolve(answer.startsWith('+OK\r\n+PONG\r\n')));
  });
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
