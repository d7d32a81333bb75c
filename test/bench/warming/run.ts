/**
 * Starts the measurement under plain node: `npx nest build api && DATABASE_URL=… node --experimental-transform-types test/bench/warming/run.ts [--quick]`, with a
 * redis-server on the PATH. It takes about seven minutes, the quick version two, and prints a table; the database it makes is
 * dropped again.
 */
import { outcomeLine } from '../outcome.mjs';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measureWarming } = await import('./measure.js');
const seconds = process.argv.includes('--quick')
  ? { learning: 15, measured: 15 }
  : { learning: 45, measured: 60 };
const results = await measureWarming(seconds);
process.stdout.write(outcomeLine({ scenario: 'warming', setting: { seconds }, results }));
