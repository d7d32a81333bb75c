// The folder that holds all that a start leaves behind; it is proved writable before anything is begun.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LauncherError } from '../launcher-error.mjs';

/** Others may pass through but not list: PostgreSQL runs as another user when the launcher is root. */
const FOLDER_MODE = 0o711;

/** @param {string} dataDir */
export function ensureDataFolder(dataDir) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: FOLDER_MODE });
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
