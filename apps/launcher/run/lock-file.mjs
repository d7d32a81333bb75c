// A file that one living launcher at a time can own; one left by a killed launcher is taken over.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { pidIdentity } from './pid-identity.mjs';

/** A half-written lock is its owner's for this long: writing it takes far less than a millisecond. */
const WRITING_MS = 2_000;

/**
 * @typedef {{ pid: number, identity: string, command?: string, isStopping?: boolean, databaseUrl?: string, redisUrl?: string, children?: import('./run-record.mjs').RecordedChild[] }} LockRecord
 * @typedef {{ owned: boolean, holder?: LockRecord }} LockOutcome
 */

/**
 * @param {string} path
 * @param {Record<string, unknown>} [more] what else the file tells others about its owner
 * @returns {LockOutcome} `holder` is the living launcher that has it
 */
export function takeLock(path, more = {}) {
  const text = JSON.stringify({ ...ownRecord(), ...more });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
      return { owned: true };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readLock(path);
    if (holder === undefined && isBeingWritten(path)) return { owned: false };
    if (holder !== undefined && isAlive(holder)) return { owned: false, holder };
    rmSync(path, { force: true });
  }
  return { owned: false };
}

/** @returns {LockRecord} */
function ownRecord() {
  return { pid: process.pid, identity: pidIdentity(process.pid) ?? '' };
}

/**
 * @param {string} path
 * @returns {LockRecord | undefined} undefined when there is none or it cannot be read as one
 */
export function readLock(path) {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8'));
    return typeof record?.pid === 'number' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** @param {{ pid: number, identity: string }} record */
export function isAlive(record) {
  return pidIdentity(record.pid) === record.identity;
}

/** @param {string} path */
function isBeingWritten(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < WRITING_MS;
}
