/**
 * The hit rate of a storefront's day, beside the best that any cache could reach: `npx nest build api`, then with DATABASE_URL
 * and a redis-server on the PATH
 * `node --experimental-transform-types test/bench/storefront/run.ts [--quick] [--requests N] [--seed N]`.
 */
import { parseArgs } from 'node:util';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    requests: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const { measureStorefront } = await import('./measure.js');
const { printReport } = await import('./report.js');
const requests = Number(values.requests ?? (values.quick ? 10_000 : 100_000));
const options = { requests, seed: Number(values.seed) };
const outcomes = {
  cacheAlone: await measureStorefront({ ...options, isWarming: false }),
  withWarming: await measureStorefront({ ...options, isWarming: true }),
};
printReport(outcomes, options);
