// Compiles the API into dist/, and only when something that the compiler reads has changed.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './content-hash.mjs';
import { mustSucceed, toolScript } from '../run/task.mjs';

const ROOT_FILES = ['nest-cli.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
/** File times come from the kernel's coarse clock, which is up to one timer tick (10 ms) behind. */
const CLOCK_LAG_MS = 100;
/** Programs under apps/ that the API is not made of. */
const OTHER_APPS = ['apps/launcher', 'apps/dashboard'];

/** @param {string} root */
function stampPath(root) {
  return join(root, 'dist', '.launcher-build-hash');
}

/** @param {string} root */
export function buildHash(root) {
  return contentHash(root, ['apps', 'libs', ...ROOT_FILES], isBuildInput);
}

/** @type {import('./content-hash.mjs').Filter} */
export function isBuildInput(path, isFolder) {
  if (isFolder) return !OTHER_APPS.includes(path) && !path.endsWith('/node_modules');
  return /\.(?:[cm]?tsx?|json)$/.test(path) && !/\.spec\.[cm]?tsx?$/.test(path);
}

/** @param {string} root */
export function isBuildCurrent(root) {
  try {
    const main = join(root, 'dist', 'apps', 'api', 'src', 'main.js');
    return existsSync(main) && readFileSync(stampPath(root), 'utf8') === buildHash(root);
  } catch {
    return false;
  }
}

/** @param {import('../run/task.mjs').Run} run */
export async function ensureBuild(run) {
  if (isBuildCurrent(run.root)) return;
  await run.progress.step('Building the API (nest build)', () => build(run));
}

/** @param {import('../run/task.mjs').Run} run */
export async function build(run) {
  const dist = join(run.root, 'dist');
  const hash = buildHash(run.root);
  const startMs = Date.now();
  rmSync(stampPath(run.root), { force: true });
  // Without what the last run left behind the compiler writes every file anew, so that old ones can be told by age.
  rmSync(join(dist, 'api.tsbuildinfo'), { force: true });
  await mustSucceed(run, {
    name: 'nest build',
    command: process.execPath,
    args: [toolScript(run.root, '@nestjs/cli', 'nest'), 'build', 'api'],
  });
  for (const folder of ['apps', 'libs']) removeOlder(join(dist, folder), startMs);
  writeFileSync(stampPath(run.root), hash);
}

/**
 * A migration or module whose source is gone must not stay loadable. Pruned after the build instead of before it:
 * an API that runs from here may still import a file lazily.
 * @param {string} folder
 * @param {number} beforeMs
 */
export function removeOlder(folder, beforeMs) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stats = statSync(path);
    if (stats.isDirectory()) removeOlder(path, beforeMs);
    else if (stats.mtimeMs < beforeMs - CLOCK_LAG_MS) rmSync(path);
  }
}
