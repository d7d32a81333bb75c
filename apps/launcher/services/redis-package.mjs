// Tests need a real Redis: finds one, installs Debian's where that is possible, else says what to install.
import { existsSync } from 'node:fs';
import { LauncherError } from '../launcher-error.mjs';
import { findRedis } from './redis.mjs';
import { mustSucceed } from '../run/task.mjs';

const APT = '/usr/bin/apt-get';

/**
 * @param {import('../run/task.mjs').Run} run
 * @returns {Promise<string>} path of redis-server
 */
export async function requireRedis(run) {
  const found = findRedis(run.env);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !existsSync(APT)) throw missing();
  await run.progress.step('Installing Redis (apt-get install redis-server)', () => installDebianPackage(run));
  const installed = findRedis({ PATH: '/usr/bin' });
  if (installed === undefined) throw missing();
  return installed;
}

/** @param {import('../run/task.mjs').Run} run */
async function installDebianPackage(run) {
  // RUNLEVEL 1 keeps the package's install script from starting a service: only its program is wanted (invoke-rc.d(8)).
  const env = { ...run.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (name, args) => mustSucceed(run, { name, command: APT, args: ['-q', ...args], env });
  await apt('apt-get update', ['update']);
  await apt('apt-get install redis-server', ['install', '-y', '--no-install-recommends', 'redis-server']);
}

/** @param {string} platform */
export function installAdvice(platform) {
  switch (platform) {
    case 'darwin':
      return 'install it with: brew install redis';
    case 'win32':
      return 'run the tests in WSL and install it there with: sudo apt-get install redis-server';
    default:
      return 'install it with: sudo apt-get install redis-server (Debian, Ubuntu), sudo dnf install redis (Fedora), apk add redis (Alpine)';
  }
}

function missing() {
  return new LauncherError(
    'REDIS_MISSING',
    `Tests and benchmarks run on a real Redis and there is no redis-server on the PATH; ${installAdvice(process.platform)}; or set REDIS_URL.`,
  );
}
