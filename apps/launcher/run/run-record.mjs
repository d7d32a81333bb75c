// `runtime.json` in a data folder: who runs there, with what, so that others attach to it or clean up after it.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherError } from '../launcher-error.mjs';
import { isAlive, readLock, takeLock } from './lock-file.mjs';
import { pidIdentity } from './pid-identity.mjs';

const FILE = 'runtime.json';
/** As long as the API itself may take to drain. */
const LEFTOVER_GRACE_MS = 15_000;
const POLL_MS = 50;
/** A launcher may take this long to learn that it shall stop. */
const NOTICING_MS = 1_000;
/** The longest stop in order: API 15 s, Redis 10 s, PostgreSQL 30 s. */
const STOPPING_MS = 60_000;

/** @typedef {{ name: string, pid: number, identity: string }} RecordedChild */

export class RunRecord {
  /** @type {Map<number, RecordedChild>} */
  #children = new Map();
  #about;
  #path;

  /**
   * @param {string} dataDir
   * @param {Record<string, unknown>} about
   */
  constructor(dataDir, about) {
    this.#path = join(dataDir, FILE);
    this.#about = about;
  }

  /** @param {{ name: string, pid: number }} child */
  addChild({ name, pid }) {
    this.#children.set(pid, { name, pid, identity: pidIdentity(pid) ?? '' });
    this.#save();
  }

  /** @param {number} pid */
  removeChild(pid) {
    if (this.#children.delete(pid)) this.#save();
  }

  /** @param {Record<string, unknown>} more for example the URLs of the services, once they answer */
  announce(more) {
    Object.assign(this.#about, more);
    this.#save();
  }

  release() {
    this.#children.clear();
    this.#about = undefined;
    rmSync(this.#path, { force: true });
  }

  #save() {
    if (this.#about === undefined) return;
    const record = { ...this.#about, children: [...this.#children.values()] };
    const draft = `${this.#path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(record, undefined, 2), { mode: 0o600 });
    renameSync(draft, this.#path);
  }
}

/**
 * @param {string} dataDir
 * @returns {import('./lock-file.mjs').LockRecord | undefined} the launcher that runs in this folder now
 */
export function runningIn(dataDir) {
  const record = readLock(join(dataDir, FILE));
  return record !== undefined && isAlive(record) ? record : undefined;
}

/**
 * Makes this launcher the only one of the folder and ends what a killed one left running.
 * @param {string} dataDir
 * @param {string} command
 */
export async function claimDataFolder(dataDir, command) {
  // First the leftovers, then the record that names them: a launcher killed in between loses nothing.
  await stopLeftoversIn(dataDir);
  const about = { command, pid: process.pid, identity: pidIdentity(process.pid) ?? '' };
  const outcome = takeLock(join(dataDir, FILE), about);
  if (!outcome.owned) throw alreadyRunning(dataDir, outcome.holder);
  return new RunRecord(dataDir, about);
}

/**
 * PostgreSQL is left alone: its own pid file tells more than this record does.
 * @param {string} dataDir
 */
export async function stopLeftoversIn(dataDir) {
  const record = await recordOnceSettled(dataDir);
  if (record === undefined) return;
  if (isAlive(record)) throw alreadyRunning(dataDir, record);
  const children = (record.children ?? []).filter((child) => child.name !== 'PostgreSQL');
  await Promise.all(children.map(stopLeftover));
}

/**
 * Stopping and starting again in one breath must work: a launcher that is about to go is waited for.
 * @param {string} dataDir
 */
async function recordOnceSettled(dataDir) {
  const path = join(dataDir, FILE);
  const startMs = Date.now();
  for (;;) {
    const record = readLock(path);
    const patienceMs = record?.isStopping === true ? STOPPING_MS : NOTICING_MS;
    if (record === undefined || !isAlive(record) || Date.now() - startMs > patienceMs) return record;
    await delay(POLL_MS);
  }
}

/**
 * @param {string} dataDir
 * @param {import('./lock-file.mjs').LockRecord | undefined} holder
 */
function alreadyRunning(dataDir, holder) {
  const who = holder === undefined ? '' : ` ("${holder.command}", pid ${holder.pid})`;
  return new LauncherError(
    'ALREADY_RUNNING',
    `Swiftlet already runs with the data folder ${dataDir}${who}; stop it, or set DATA_DIR and PORT to others.`,
  );
}

/** @param {RecordedChild} child */
async function stopLeftover(child) {
  if (!isAlive(child)) return;
  signalQuietly(child.pid, 'SIGTERM');
  const deadlineMs = Date.now() + LEFTOVER_GRACE_MS;
  while (isAlive(child) && Date.now() < deadlineMs) await delay(POLL_MS);
  if (isAlive(child)) signalQuietly(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ended in between
  }
}
