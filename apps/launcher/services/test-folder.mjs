// The folder of one test run: services, report and all temporary files of the tests; it goes with the run, and the one of
// a run that was killed goes with the next.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataFolder, runningIn, stopLeftoversIn } from '../run/run-record.mjs';
import { STOP_ORDER } from '../run/shutdown.mjs';
import { stopLeftoverPostmaster } from './postmaster-pid.mjs';

const PREFIX = 'swiftlet-test-';
/** Others may pass through but not list: PostgreSQL runs as another user when this one is root. */
const FOLDER_MODE = 0o711;
/** A folder this young may belong to a run that has not yet claimed it. */
const UNCLAIMED_MS = 60_000;

/**
 * @param {import('../run/task.mjs').Run} run which records its children there from now on
 * @returns {Promise<{ dataDir: string, temporaryDir: string }>}
 */
export async function createTestFolder(run) {
  await removeAbandoned(tmpdir());
  const dataDir = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(dataDir, FOLDER_MODE);
  const record = await claimDataFolder(dataDir, 'test');
  run.record = record;
  run.shutdown.add({
    order: STOP_ORDER.folder,
    stop: () => {
      record.release();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  });
  const temporaryDir = join(dataDir, 'tmp');
  mkdirSync(temporaryDir, { mode: FOLDER_MODE });
  return { dataDir, temporaryDir };
}

/** @param {string} parent */
export async function removeAbandoned(parent) {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(parent, name);
    if (!isAbandoned(folder)) continue;
    await stopLeftoversIn(folder);
    await stopLeftoverPostmaster(join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function isAbandoned(folder) {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined || Date.now() - stats.mtimeMs < UNCLAIMED_MS) return false;
  const isOurs = process.getuid === undefined || stats.uid === process.getuid();
  return isOurs && runningIn(folder) === undefined;
}
