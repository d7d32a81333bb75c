/**
 * What clients wait while the cache's Redis is away, beside before and after: `npm run build`, then with DATABASE_URL
 * `node --experimental-transform-types test/bench/faults/run.ts [--out FILE]`.
 */
import { writeFile } from 'node:fs/promises';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure, toTable } = await import('./measure.js');
const out = process.argv[process.argv.indexOf('--out') + 1];
const results = await measure();
if (process.argv.includes('--out') && out !== undefined)
  await writeFile(out, `${JSON.stringify(results, undefined, 2)}\n`);
process.stdout.write(toTable(results));
