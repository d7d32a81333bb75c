// The checks of a checkout, each a program that says yes or no; run side by side, all of them whatever the others say.
import { apiProgram } from './api.mjs';
import { build, isBuildCurrent } from '../machine/build.mjs';
import { endingText } from '../run/child.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { seconds } from '../run/progress.mjs';
import { runTask, toolScript } from '../run/task.mjs';

/** Two of these programs fill two cores; more would only slow each other. */
const AT_ONCE = 2;

/**
 * @typedef {{ name: string, output: string, isOk: boolean, durationMs: number }} Verdict
 * @typedef {{ name: string, check(run: import('../run/task.mjs').Run): Promise<{ isOk: boolean, output: string }> }} Step
 */

/** @returns {Step[]} what can be said of the sources alone */
export function sourceSteps() {
  const boundaries = ['--config', 'test/architecture/boundaries.mjs', 'apps', 'libs'];
  return [
    toolStep('types', 'typescript', 'tsc', ['--noEmit', '-p', 'tsconfig.json']),
    toolStep('lint', 'oxlint', 'oxlint', ['--type-aware', '--deny-warnings', 'apps', 'libs', 'test']),
    toolStep('format', 'prettier', 'prettier', ['--check', '.']),
    toolStep('boundaries', 'dependency-cruiser', 'depcruise', boundaries),
  ];
}

/** @returns {Step} the build, and that the committed schema is the one that the code generates */
export function buildStep() {
  return {
    name: 'build',
    async check(run) {
      try {
        if (!isBuildCurrent(run.root)) await build(run);
        return { isOk: true, output: '' };
      } catch (error) {
        if (!(error instanceof LauncherError)) throw error;
        return { isOk: false, output: `${error.message}\n${error.details}` };
      }
    },
  };
}

/** @returns {Step} that the committed schema is the one that the code generates; needs the build */
export function schemaStep() {
  return {
    name: 'schema',
    check: (run) => outcomeOf(run, 'schema', [apiProgram(run.root, 'cli'), 'schema', '--check']),
  };
}

/**
 * @param {string} name
 * @param {string} packageName
 * @param {string} tool
 * @param {string[]} args
 * @returns {Step}
 */
function toolStep(name, packageName, tool, args) {
  return { name, check: (run) => outcomeOf(run, name, [toolScript(run.root, packageName, tool), ...args]) };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {string} name
 * @param {string[]} args
 */
async function outcomeOf(run, name, args) {
  const ending = await runTask(run, { name, command: process.execPath, args });
  const isOk = ending.code === 0;
  return { isOk, output: isOk ? '' : `${ending.text.trimEnd()}\n${name} ${endingText(ending)}` };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {Step[][]} chains the steps of a chain run one after the other
 * @returns {Promise<Verdict[]>}
 */
export async function runSteps(run, chains) {
  const waiting = [...chains];
  /** @type {Verdict[]} */
  const verdicts = [];
  const worker = async () => {
    for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift()) {
      for (const step of chain) verdicts.push(await runStep(run, step));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return verdicts;
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {Step} step
 * @returns {Promise<Verdict>}
 */
async function runStep(run, step) {
  const startMs = Date.now();
  const { isOk, output } = await step.check(run);
  const verdict = { name: step.name, isOk, output, durationMs: Date.now() - startMs };
  if (!run.shutdown.isStopping) run.progress.print(verdictLine(verdict) + (isOk ? '' : `\n${output}\n`));
  return verdict;
}

/** @param {Pick<Verdict, 'name' | 'isOk' | 'durationMs'>} verdict */
export function verdictLine({ name, isOk, durationMs }) {
  return `  ${isOk ? '✓' : '✗'} ${name.padEnd(10)} ${seconds(durationMs)}`;
}
