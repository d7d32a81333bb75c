/**
 * What clients wait while the cache's Redis is away, beside before and after: `npm run build`, then with DATABASE_URL
 * `node --experimental-transform-types test/bench/faults/run.ts [--quick] [--out FILE]`, with redis-server on the PATH. It takes
 * about five minutes, the quick version one.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { outcomeLine } from '../outcome.mjs';
import { resolveSources } from '../typescript-imports.mjs';

resolveSources();
const { measure } = await import('./measure.js');
const { claimsOf, toTable } = await import('./figures.js');
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, out: { type: 'string' } } });
const lengths = values.quick === true ? { rounds: 1, phaseMs: 3_000 } : { rounds: 4, phaseMs: 5_000 };
const results = await measure(lengths);
const outcome = outcomeLine({ scenario: 'faults', setting: lengths, claims: claimsOf(results), results });
if (values.out !== undefined) await writeFile(values.out, outcome);
process.stdout.write(`${toTable(results)}\n${outcome}`);
