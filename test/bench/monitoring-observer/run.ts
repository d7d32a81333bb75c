/** Starts the measurements of the metrics: `node --experimental-transform-types test/bench/monitoring-observer/run.ts [--quick]`. */
import { outcomeLine } from '../outcome.mjs';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure } = await import('./measure.js');
const { claims, results } = await measure(process.argv.includes('--quick'));
process.stdout.write(outcomeLine({ scenario: 'monitoring-observer', claims, results }));
