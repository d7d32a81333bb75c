// Runs a program to its end on behalf of a command: stopped with it, remembered for the next start if it is killed.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Child, endingText } from './child.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { STOP_ORDER } from './shutdown.mjs';

const STOP_GRACE_MS = 5_000;

/**
 * What every piece needs to know of the run it is part of.
 * @typedef {object} Run
 * @property {string} root
 * @property {import('../settings/environment.mjs').Settings} settings
 * @property {NodeJS.ProcessEnv} env for children: settings plus this Node first on the PATH
 * @property {import('./progress.mjs').Progress} progress
 * @property {import('./shutdown.mjs').Shutdown} shutdown
 * @property {import('./run-record.mjs').RunRecord} [record]
 */

/**
 * Starts a child that ends when the run ends.
 * @param {Run} run
 * @param {import('./child.mjs').ChildPlan & { order: number, stopSignal?: NodeJS.Signals, stopGraceMs?: number }} plan
 */
export function startChild(run, { order, stopSignal = 'SIGTERM', stopGraceMs = STOP_GRACE_MS, ...plan }) {
  if (run.shutdown.isStopping) throw new LauncherError('STOPPING', `${plan.name} was not started: stopping.`);
  const child = new Child(plan);
  const forget = run.shutdown.add({
    order,
    stop: () => child.stop(stopSignal, stopGraceMs),
    kill: () => child.kill(),
  });
  if (child.pid !== undefined) run.record?.addChild({ name: plan.name, pid: child.pid });
  void forgetOnceEnded(run, child, forget);
  return child;
}

/**
 * @param {Run} run
 * @param {Child} child
 * @param {() => void} forget
 */
async function forgetOnceEnded(run, child, forget) {
  await child.ended;
  forget();
  if (child.pid !== undefined) run.record?.removeChild(child.pid);
}

/**
 * @param {Run} run
 * @param {Omit<import('./child.mjs').ChildPlan, 'env' | 'output'> & Partial<import('./child.mjs').ChildPlan>} plan
 * @returns {Promise<import('./child.mjs').Ending & { text: string }>}
 */
export async function runTask(run, plan) {
  const child = startChild(run, {
    env: run.env,
    cwd: run.root,
    output: 'keep',
    signalTo: 'group',
    order: STOP_ORDER.task,
    ...plan,
  });
  return { ...(await child.ended), text: child.text };
}

/**
 * Like runTask, but anything other than exit code 0 is an error that shows what the program said.
 * @param {Run} run
 * @param {Parameters<typeof runTask>[1]} plan
 */
export async function mustSucceed(run, plan) {
  const ending = await runTask(run, plan);
  if (ending.code === 0) return ending;
  const details = typeof plan.output === 'function' ? '' : ending.text; // a reader has shown it already
  throw new LauncherError('STEP_FAILED', `${plan.name} ${endingText(ending)}.`, { details });
}

/**
 * @param {string} root
 * @param {string} packageName
 * @param {string} tool
 * @returns {string} the script behind `node_modules/.bin/TOOL`, to be run by this very Node on any platform
 */
export function toolScript(root, packageName, tool) {
  const folder = join(root, 'node_modules', ...packageName.split('/'));
  if (!existsSync(folder))
    throw new LauncherError('TOOL_MISSING', `${packageName} is not installed; run npm ci.`);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[tool]);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root
 * @param {string} execPath
 * @returns {NodeJS.ProcessEnv} in which `node` is this Node, also for scripts that begin with `#!/usr/bin/env node`
 */
export function withNodeFirst(env, root, execPath = process.execPath) {
  const path = [dirname(execPath), join(root, 'node_modules', '.bin'), env.PATH ?? ''].join(delimiter);
  return { ...env, PATH: path };
}
