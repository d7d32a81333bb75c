/** Starts the store's measurements under plain node: `node test/bench/byte-budget-store/run.ts [--quick]`. */
import { outcomeLine } from '../outcome.mjs';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure } = await import('./measure.js');
const results = measure(process.argv.includes('--quick'));
process.stdout.write(outcomeLine({ scenario: 'byte-budget-store', results }));
