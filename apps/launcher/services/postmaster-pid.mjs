// Reads `postmaster.pid`, in which PostgreSQL says who serves a data folder, and ends a server that a killed launcher left.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherError } from '../launcher-error.mjs';
import { pidIdentity } from '../run/pid-identity.mjs';

/** A checkpoint of a busy server. */
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 25;

/**
 * One a line: process id, folder, start time, port, socket folder, address, shared memory, status. pg_ctl waits for
 * the same last line (src/bin/pg_ctl/pg_ctl.c, wait_for_postmaster_start).
 * @param {string} text
 * @returns {{ pid: number, isReady: boolean } | undefined}
 */
export function parsePidFile(text) {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined;
}

/** @param {string} folder */
export function readPidFile(folder) {
  try {
    return parsePidFile(readFileSync(join(folder, 'postmaster.pid'), 'utf8'));
  } catch {
    return undefined; // not there yet
  }
}

/** @param {string} folder */
export async function stopLeftoverPostmaster(folder) {
  const status = readPidFile(folder);
  if (status === undefined) return;
  const identity = pidIdentity(status.pid);
  if (identity === undefined && process.platform !== 'linux') return; // PostgreSQL itself clears what is plainly dead
  if (identity !== undefined && isPostmasterOf(status.pid, folder)) process.kill(status.pid, 'SIGINT');
  const isGone = () => pidIdentity(status.pid) !== identity || !isPostmasterOf(status.pid, folder);
  if (!(await within(STOP_TIMEOUT_MS, () => isGone() && !hasBackends(folder)))) {
    throw new LauncherError(
      'POSTGRES_LEFTOVER',
      `A PostgreSQL of an earlier start (pid ${status.pid}) does not stop; end it, then start again.`,
    );
  }
  // PostgreSQL would take any process with that id for a running server: another program, or a zombie of its own that
  // nobody collects, as in a container without an init.
  rmSync(join(folder, 'postmaster.pid'), { force: true });
}

/**
 * @param {number} timeoutMs
 * @param {() => boolean} condition
 */
async function within(timeoutMs, condition) {
  const deadlineMs = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadlineMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

/**
 * @param {number} pid
 * @param {string} folder
 */
function isPostmasterOf(pid, folder) {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(folder);
    }
    // PostgreSQL makes its data folder the current one.
    const isProgram = basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres');
    return isProgram && realpathSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false; // ended, or another user's
  }
}

/**
 * Sessions outlive a killed postmaster for a moment; a second server beside them would ruin the data. PostgreSQL guards
 * against that by the pid file, so the file must stay until they are gone.
 * @param {string} folder
 */
function hasBackends(folder) {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isPostmasterOf(Number(name), folder));
}
