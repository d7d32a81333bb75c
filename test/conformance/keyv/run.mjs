// Installs Keyv's test suite beside this file when it is not there, and runs it; ends with its exit code.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const lock = join(folder, 'package-lock.json');
/** npm writes this file when an installation is complete. */
const installedLock = join(folder, 'node_modules', '.package-lock.json');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}

function versionsIn(path) {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  return Object.fromEntries(Object.entries(packages).map(([name, { version }]) => [name, version]));
}

/** Packages for other machines stand in the lock and are not installed here. */
function isInstalled() {
  if (!existsSync(installedLock)) return false;
  const wanted = versionsIn(lock);
  return Object.entries(versionsIn(installedLock)).every(([name, version]) => wanted[name] === version);
}

function install() {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  // The suite names sqlite3, which would build or download a database driver that no test of ours needs.
  return run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}

if (process.env.REDIS_URL === undefined) {
  process.stderr.write('REDIS_URL is not set; name a Redis, e.g. redis://127.0.0.1:6379.\n');
  process.exit(2);
}
const installStatus = isInstalled() ? 0 : install();
if (installStatus !== 0) process.exit(installStatus);
process.exit(
  run(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]),
);
