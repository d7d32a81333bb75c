// `npm test` and `npm run check`: every check of the checkout, then the tests, then the counts as the very last line.
import { withCheckoutLock } from '../machine/checkout-lock.mjs';
import { ensureDependencies } from '../machine/dependencies.mjs';
import { requireRedis } from '../services/redis-package.mjs';
import { serviceEnvironment } from '../services/services.mjs';
import { checkGivenServices } from '../settings/start-checks.mjs';
import { buildStep, runSteps, schemaStep, sourceSteps, verdictLine } from './steps.mjs';
import { countLine, totalCounts } from './test-counts.mjs';
import { createTestFolder } from '../services/test-folder.mjs';
import { startTestServices } from '../services/test-services.mjs';
import { planVitest, runVitest } from './vitest.mjs';

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function test(run, args) {
  const { vitestArgs, isWhole, needsServices } = planVitest(args);
  if (needsServices) await checkGivenServices(run.settings);
  const folder = await createTestFolder(run);
  const build = [buildStep(), ...(isWhole ? [schemaStep()] : [])];
  const chains = [...(needsServices ? [build] : []), ...(isWhole ? sourceSteps().map((step) => [step]) : [])];
  const [verdicts, serviceEnv] = await withCheckoutLock(run, async () => {
    const needsRedis = needsServices && run.settings.redisUrl === undefined;
    const [redisBinary] = await Promise.all([
      needsRedis ? requireRedis(run) : undefined, // at once: where there is none, nothing else is worth waiting for
      ensureDependencies(run),
    ]);
    const { dataDir } = folder;
    return Promise.all([
      runSteps(run, chains),
      needsServices ? startTestServices(run, { dataDir, redisBinary }).then(serviceEnvironment) : {},
    ]);
  });
  return finish(run, verdicts, { args: vitestArgs, serviceEnv, folder });
}

/**
 * What needs no services: seconds instead of minutes.
 * @param {import('../run/task.mjs').Run} run
 * @returns {Promise<number>} exit code
 */
export async function check(run) {
  const folder = await createTestFolder(run);
  const chains = sourceSteps().map((step) => [step]);
  const verdicts = await withCheckoutLock(run, async () => {
    await ensureDependencies(run);
    return runSteps(run, chains);
  });
  return finish(run, verdicts, { args: ['--project', 'unit'], serviceEnv: {}, folder });
}

/**
 * @param {import('../run/task.mjs').Run} run
 * @param {import('./steps.mjs').Verdict[]} verdicts
 * @param {Parameters<typeof runVitest>[1]} vitestOptions
 */
async function finish(run, verdicts, vitestOptions) {
  run.progress.close();
  const tests = await runVitest(run, vitestOptions);
  if (run.shutdown.isStopping) return 1; // interrupted: what was cut short is no verdict
  const counts = totalCounts(verdicts, tests);
  await run.shutdown.stopAll();
  const lines = verdicts.map(verdictLine);
  lines.push(`${verdictLine({ name: 'tests', ...tests })}  ${countLine(tests)}`);
  run.progress.print(`\n${lines.join('\n')}\n\n${countLine(counts)}`);
  return counts.failed === 0 ? 0 : 1;
}
