// A private PostgreSQL 18 on a free port of 127.0.0.1, ready when its promise resolves, gone when the run ends.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endingText, lastLines } from '../run/child.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { freePort } from '../settings/port.mjs';
import { findPostgres } from './postgres-binaries.mjs';
import { DATABASE, ensureCluster, postgresEnvironment, ROLE } from './postgres-cluster.mjs';
import { readPidFile, stopLeftoverPostmaster } from './postmaster-pid.mjs';
import { STOP_ORDER } from '../run/shutdown.mjs';
import { startChild } from '../run/task.mjs';
import { checkCanRun, chooseUser, invokeAs } from './unprivileged.mjs';

/** Recovery after a crash replays up to max_wal_size (1 GB). */
const READY_TIMEOUT_MS = 120_000;
const STOP_GRACE_MS = 30_000;
const POLL_MS = 25;
/** Another program may take the free port before PostgreSQL does. */
const PORT_ATTEMPTS = 3;

/** The API's pool, a worker's, several test files at once, and a person with psql. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** A test's data is worth nothing after a crash; prepared transactions are tested, and off by default. */
const TEST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_prepared_transactions: '10',
};

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ dataDir: string, password: string, isDurable: boolean }} options
 * @returns {Promise<{ url: string, port: number, child: import('../run/child.mjs').Child }>}
 */
export async function startPostgres(run, { dataDir, password, isDurable }) {
  const programs = findPostgres(run.root);
  const folder = join(dataDir, 'postgres');
  const user = chooseUser(folder);
  checkCanRun(user, programs.postgres);
  await stopLeftoverPostmaster(folder);
  const cluster = { folder, password, isDurable, programs, user };
  await ensureCluster(run, cluster);

  const logPath = join(dataDir, 'postgres.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawnPostmaster(run, cluster, { port, logPath });
    const failure = await untilReady(child, folder, logPath);
    if (failure === undefined) {
      return { url: `postgres://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`, port, child };
    }
    if (attempt === PORT_ATTEMPTS || !failure.details.includes('could not bind')) throw failure;
  }
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {import('./postgres-cluster.mjs').Cluster} cluster
 * @param {{ port: number, logPath: string }} options
 */
function spawnPostmaster(run, { folder, isDurable, programs, user }, { port, logPath }) {
  const settings = { ...SETTINGS, ...(isDurable ? {} : TEST_SETTINGS), port: String(port) };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Its own file instead of a pipe: it keeps its voice when the launcher is killed.
  const log = openSync(logPath, 'a', 0o600);
  try {
    return startChild(run, {
      name: 'PostgreSQL',
      ...invokeAs(user, programs.postgres, ['-D', folder, ...options]),
      cwd: '/',
      env: postgresEnvironment(run.env),
      output: log,
      order: STOP_ORDER.postgres,
      stopSignal: 'SIGINT', // fast shutdown: ends sessions, writes a checkpoint, needs no recovery
      stopGraceMs: STOP_GRACE_MS,
    });
  } finally {
    closeSync(log);
  }
}

/**
 * @param {import('../run/child.mjs').Child} child
 * @param {string} folder
 * @param {string} logPath
 * @returns {Promise<LauncherError | undefined>}
 */
async function untilReady(child, folder, logPath) {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!child.hasEnded && Date.now() < deadlineMs) {
    const status = readPidFile(folder);
    if (status?.pid === child.pid && status.isReady) return undefined;
    await delay(POLL_MS);
  }
  const text = child.hasEnded
    ? `PostgreSQL ${endingText(await child.ended)} while it started; its log is ${logPath}.`
    : `PostgreSQL was not ready within ${READY_TIMEOUT_MS / 1000} s; its log is ${logPath}.`;
  return new LauncherError('POSTGRES_START', text, { details: logTail(logPath) });
}

/** @param {string} logPath */
export function logTail(logPath) {
  try {
    return lastLines(readFileSync(logPath, 'utf8'), 15);
  } catch {
    return '';
  }
}
