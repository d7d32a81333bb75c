// `npm run bench` and `npm run prove`: scenarios of test/bench one after the other, with what they need made ready before.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folders, scenarios } from '../../../test/bench/scenarios.mjs';
import { LauncherError } from '../launcher-error.mjs';
import { ensureBuild } from '../machine/build.mjs';
import { withCheckoutLock } from '../machine/checkout-lock.mjs';
import { ensureDependencies } from '../machine/dependencies.mjs';
import { endingText } from '../run/child.mjs';
import { signalExitCode } from '../run/shutdown.mjs';
import { runTask } from '../run/task.mjs';
import { requireRedis } from '../services/redis-package.mjs';
import { postgresService, redisService, serviceEnvironment } from '../services/services.mjs';
import { createTestFolder } from '../services/test-folder.mjs';
import { testServiceOptions } from '../services/test-services.mjs';
import { checkGivenServices } from '../settings/start-checks.mjs';
import {
  brokenClaims,
  lastLineWith,
  nodeArguments,
  planScenarios,
  readOutcome,
  scenarioList,
} from './scenario-plan.mjs';

/** @typedef {import('./scenario-plan.mjs').Planned} Planned */

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {'bench' | 'prove'} command
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function bench(run, command, args) {
  const { planned, isAll } = planScenarios(command, args, scenarios);
  if (planned.length === 0) {
    run.progress.print(scenarioList(command, scenarios));
    return 0;
  }
  const lacking = planned.filter(({ scenario }) => missingFolder(run, scenario) !== undefined);
  const [first] = lacking;
  if (first !== undefined && (!isAll || lacking.length === planned.length)) throw lacks(run, first.scenario);
  const env = await environmentFor(run, planned);
  run.progress.close();
  const runnable = planned.filter((one) => !lacking.includes(one));
  const ran = [];
  for (const one of runnable) ran.push(await runScenario(run, one, env));
  if (runnable.length + lacking.length > 1) run.progress.print(summaryLine(run, ran, lacking));
  return exitCode(command, ran);
}

/** @param {import('../run/task.mjs').Run} run @param {import('./scenario-plan.mjs').Scenario} scenario */
function missingFolder(run, { needs }) {
  return needs.find((need) => need in folders && !existsSync(join(folderOf(run, need), folders[need].file)));
}

/** @param {import('../run/task.mjs').Run} run @param {string} need */
function folderOf({ root, env }, need) {
  const { variable, usual } = folders[need];
  return resolve(root, env[variable] || usual);
}

/** @param {import('../run/task.mjs').Run} run @param {import('./scenario-plan.mjs').Scenario} scenario */
function lacks(run, scenario) {
  const { variable, holds } = folders[missingFolder(run, scenario)];
  return new LauncherError(
    'SCENARIO_NEEDS',
    `"${scenario.name}" needs ${holds}; set ${variable} to the folder that holds them.`,
  );
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {Planned[]} planned
 * @returns {Promise<NodeJS.ProcessEnv>} by which the scenarios find all that they need
 */
async function environmentFor(run, planned) {
  const needs = new Set(planned.flatMap(({ scenario }) => scenario.needs));
  if (needs.has('postgres') || needs.has('redis')) await checkGivenServices(run.settings);
  const { dataDir, temporaryDir } = await createTestFolder(run);
  const startsRedis = needs.has('redis') && run.settings.redisUrl === undefined;
  const services = await withCheckoutLock(run, async () => {
    // Where there is none, nothing else is worth waiting for.
    const binary = startsRedis || needs.has('redis-server') ? await requireRedis(run) : undefined;
    await ensureDependencies(run);
    const options = testServiceOptions(dataDir);
    const [postgres, redis] = await Promise.all([
      needs.has('postgres') ? postgresService(run, options) : { kind: 'none' },
      needs.has('redis') ? redisService(run, { ...options, binary }) : { kind: 'none' },
      needs.has('build') ? ensureBuild(run) : undefined,
    ]);
    return serviceEnvironment({ postgres, redis });
  });
  const given = Object.keys(folders).map((need) => [folders[need].variable, folderOf(run, need)]);
  return { ...run.env, ...services, ...Object.fromEntries(given), TMPDIR: temporaryDir };
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {Planned} planned
 * @param {NodeJS.ProcessEnv} env
 */
async function runScenario(run, planned, env) {
  const { name } = planned.scenario;
  let lastLine = '';
  const ending = await runTask(run, {
    name,
    command: process.execPath,
    args: nodeArguments(planned, join(run.root, 'test', 'bench')),
    env,
    errors: 'inherit',
    output: (text) => {
      run.progress.out.write(text);
      lastLine = lastLineWith(lastLine, text);
    },
  });
  const outcome = readOutcome(lastLine);
  const code = ending.code ?? (ending.signal === null ? 1 : signalExitCode(ending.signal));
  if (code !== 0 || outcome === undefined) {
    const why = code === 0 ? 'ended without its outcome as the last line' : endingText(ending);
    process.stderr.write(`swiftlet: ${name} ${why}\n`);
  }
  return { name, outcome, code: code === 0 && outcome === undefined ? 1 : code };
}

/** @param {'bench' | 'prove'} command @param {Awaited<ReturnType<typeof runScenario>>[]} ran */
function exitCode(command, ran) {
  const broken = ran.flatMap(({ outcome }) => brokenClaims(outcome));
  for (const claim of broken) process.stderr.write(`swiftlet: does not hold: ${claim}\n`);
  const failed = ran.find(({ code }) => code !== 0);
  if (failed !== undefined) return failed.code;
  return command === 'prove' && broken.length > 0 ? 1 : 0;
}

/**
 * Several outcomes are a line of JSON too, again the last.
 * @param {import('../run/task.mjs').Run} run
 * @param {Awaited<ReturnType<typeof runScenario>>[]} ran
 * @param {Planned[]} lacking
 */
function summaryLine(run, ran, lacking) {
  return JSON.stringify({
    outcomes: ran.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome])),
    failed: ran.filter(({ code }) => code !== 0).map(({ name }) => name),
    leftOut: lacking.map(({ scenario }) => lacks(run, scenario).message),
  });
}
