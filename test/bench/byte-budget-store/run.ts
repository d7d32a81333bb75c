/** Starts the store's measurements under plain node: `node test/bench/byte-budget-store/run.ts`. */
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure } = await import('./measure.js');
process.stdout.write(`${JSON.stringify(measure(), undefined, 2)}\n`);
