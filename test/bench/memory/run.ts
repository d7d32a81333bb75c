/**
 * A million different questions through fence, flights and memory:
 * `node --experimental-transform-types test/bench/memory/run.ts [--quick] [--questions N]`.
 */
import { parseArgs } from 'node:util';
import { outcomeLine } from '../outcome.mjs';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure, toTable } = await import('./measure.js');
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, questions: { type: 'string' } } });
const questions = Number(values.questions ?? (values.quick === true ? 100_000 : 1_000_000));
const { growthRatio, ...results } = await measure(questions);
const grownBytes = (results.rows.at(-1)?.usedBytes ?? 0) - (results.rows[0]?.usedBytes ?? 0);
const claims = [
  {
    claim:
      'from the second tenth of the questions to the last the memory in use grows by less than a twentieth',
    measured: growthRatio,
    holds: growthRatio < 0.05,
  },
  {
    claim: 'what the questions leave behind is no more than twice the budget',
    measured: grownBytes / results.budgetBytes,
    holds: grownBytes < 2 * results.budgetBytes,
  },
];
process.stdout.write(
  `${toTable(results.rows)}\n${outcomeLine({ scenario: 'memory', setting: { questions }, claims, results })}`,
);
