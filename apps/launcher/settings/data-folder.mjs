// The folder that holds all that a start leaves behind; it is proved writable before anything is begun.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LauncherError } from '../launcher-error.mjs';

/** Others may pass through but not list: PostgreSQL runs as another user when the launcher is root. */
const FOLDER_MODE = 0o711;

/**
 * One folder at a time, and the first refusal is the last: on Node 20 `recursive` never returns where a parent is there but
 * takes no child, as under /proc.
 *
 * @param {string} folder
 */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: FOLDER_MODE });
}

/** @param {string} dataDir */
export function ensureDataFolder(dataDir) {
  try {
    makeFolder(resolve(dataDir));
    const probe = join(dataDir, `.writable-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new LauncherError(
      'DATA_FOLDER_UNWRITABLE',
      `The data folder ${dataDir} cannot be written (${error.code}); make it writable, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}
