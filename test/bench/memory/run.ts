/** A million different questions through fence, flights and memory: `node --experimental-transform-types test/bench/memory/run.ts`. */
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure } = await import('./measure.js');
process.stdout.write(`${JSON.stringify(await measure(), undefined, 2)}\n`);
