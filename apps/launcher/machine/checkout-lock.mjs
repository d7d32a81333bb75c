// Lets one launcher at a time change node_modules and dist of a checkout: `npm start` and `npm test` may be begun together.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherError } from '../launcher-error.mjs';
import { takeLock } from '../run/lock-file.mjs';
import { STOP_ORDER } from '../run/shutdown.mjs';

const POLL_MS = 100;

/**
 * @param {string} root
 * @param {string} folder
 * @param {string} path
 */
function takeFirst(root, folder, path) {
  try {
    mkdirSync(folder, { recursive: true });
    return takeLock(path).owned;
  } catch (error) {
    throw new LauncherError(
      'CHECKOUT_UNWRITABLE',
      `The checkout ${root} cannot be written (${error.code}), and dependencies and the build go there; make it yours.`,
      { cause: error },
    );
  }
}

/**
 * @template T
 * @param {import('../run/task.mjs').Run} run
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withCheckoutLock(run, work) {
  const folder = join(run.root, 'dist');
  const path = join(folder, '.launcher-lock');
  if (!takeFirst(run.root, folder, path)) {
    await run.progress.step('Waiting for another launcher in this checkout', async () => {
      while (!takeLock(path).owned) await delay(POLL_MS);
    });
  }
  const unlock = () => rmSync(path, { force: true });
  const forget = run.shutdown.add({ order: STOP_ORDER.folder, stop: unlock, kill: unlock });
  try {
    return await work();
  } finally {
    forget();
    unlock();
  }
}
