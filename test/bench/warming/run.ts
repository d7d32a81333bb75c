/**
 * The first minute of a node that starts, with warming and without: `npx nest build api`, then with DATABASE_URL and a
 * redis-server on the PATH `node --experimental-transform-types test/bench/warming/run.ts [--quick] [--rounds N]`.
 * Everything that it makes is taken away again.
 */
import { parseArgs } from 'node:util';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});
const { measureWarming } = await import('./measure.js');
const { printReport } = await import('./report.js');
const options = {
  rounds: Number(values.rounds ?? (values.quick ? 3 : 5)),
  learningSeconds: values.quick ? 20 : 45,
  measuredSeconds: values.quick ? 20 : 60,
};
printReport(await measureWarming(options), options);
