/**
 * Starts the measurement under plain node: `npx nest build api && DATABASE_URL=… node --experimental-transform-types test/bench/warming/run.ts`, with a
 * redis-server on the PATH. It takes about seven minutes and prints a table; the database it makes is dropped again.
 */
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measureWarming } = await import('./measure.js');
await measureWarming();
