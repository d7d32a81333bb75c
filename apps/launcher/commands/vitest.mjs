// Runs Vitest in the foreground of the terminal and reads its report.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTask, toolScript } from '../run/task.mjs';
import { vitestCounts } from './test-counts.mjs';

const PROJECTS = ['unit', 'integration', 'e2e', 'faults'];

/**
 * @param {string[]} args of `npm test --`: names of projects, and whatever else Vitest takes
 * @returns {{ vitestArgs: string[], isWhole: boolean, needsServices: boolean }}
 */
export function planVitest(args) {
  const isProject = (arg, index) => PROJECTS.includes(arg) && args[index - 1] !== '--project';
  const projects = args.filter(isProject);
  const rest = args.filter((arg, index) => !isProject(arg, index));
  return {
    vitestArgs: [...projects.flatMap((project) => ['--project', project]), ...rest],
    isWhole: args.length === 0,
    needsServices: projects.length === 0 || projects.some((project) => project !== 'unit'),
  };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {{ args: string[], serviceEnv: Record<string, string>, folder: { dataDir: string, temporaryDir: string } }} options
 * @returns {Promise<import('./test-counts.mjs').Counts & { isOk: boolean, durationMs: number }>}
 */
export async function runVitest(run, { args, serviceEnv, folder }) {
  const report = join(folder.dataDir, 'vitest.json');
  const startMs = Date.now();
  const ending = await runTask(run, {
    name: 'vitest',
    command: process.execPath,
    args: [toolScript(run.root, 'vitest', 'vitest'), 'run', ...vitestOptions(report), ...args],
    // What a test leaves in the folder for temporary files, because it was cut short, goes with the run.
    env: { ...run.env, ...serviceEnv, TMPDIR: folder.temporaryDir },
    output: 'inherit',
  });
  const counts = vitestCounts(readIfPresent(report), ending.code === 0);
  return { ...counts, isOk: counts.failed === 0, durationMs: Date.now() - startMs };
}

/** @param {string} report */
function vitestOptions(report) {
  const config = ['--config', 'test/support/vitest.config.ts'];
  return [...config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
}

/** @param {string} path */
function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
