// Installs exactly what the lock file says, and only when it says something new.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './content-hash.mjs';
import { npmCommand } from './npm.mjs';
import { mustSucceed } from '../run/task.mjs';

/** @param {string} root */
function stampPath(root) {
  // Inside node_modules: whoever deletes that folder deletes the claim that it is complete.
  return join(root, 'node_modules', '.swiftlet-lock-hash');
}

/** @param {string} root @returns {string} */
export function lockHash(root) {
  // A folder carried to another kind of machine holds the wrong binaries.
  return `${process.platform}-${process.arch} ${contentHash(root, ['package-lock.json'])}`;
}

/** @param {string} root */
export function areDependenciesCurrent(root) {
  try {
    return readFileSync(stampPath(root), 'utf8') === lockHash(root);
  } catch {
    return false;
  }
}

/** @param {import('../run/task.mjs').Run} run */
export async function ensureDependencies(run) {
  if (areDependenciesCurrent(run.root)) return;
  const hash = lockHash(run.root);
  // Building needs the compiler also where NODE_ENV is production; PostgreSQL is an optional dependency.
  const npm = npmCommand(run.env, ['ci', '--prefix', run.root, '--include=dev', '--include=optional']);
  const { text } = await run.progress.step('Installing dependencies (npm ci)', () =>
    // Cut short it leaves nothing that anybody trusts, so it need not be given time.
    mustSucceed(run, { name: 'npm ci', stopGraceMs: 500, ...npm }),
  );
  const warnings = text.split('\n').filter((line) => line.startsWith('npm '));
  if (warnings.length > 0) run.progress.print(warnings.join('\n'));
  writeFileSync(stampPath(run.root), hash);
}
