/** The traces of the replay: four recorded in a shop, and three of known skew made from a seed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../support/seeded-random.js';
import { readTrace, type Trace } from './trace-file.js';
import { zipfTrace } from './zipf-trace.js';

const recorded = ['web07', 'web12', 'orm-night', 'orm-busy'];
const small = ['web07', 'web12'];
const alphas = [0.7, 0.9, 1.1];
const zipf = { objectCount: 100_000, requestCount: 1_000_000 };

/** One at a time: the largest are five million requests. */
export function* traces(directory: string, seed: number, isQuick: boolean): Generator<Trace> {
  for (const name of isQuick ? small : recorded) {
    const path = join(directory, `${name}.trace.xz`);
    if (!existsSync(path))
      throw new Error(
        `There is no trace ${path}; name the directory that holds the traces by TRACES_DIR or --traces.`,
      );
    yield readTrace(path);
  }
  if (isQuick) return;
  for (const alpha of alphas) yield zipfTrace({ alpha, ...zipf }, seededRandom(seed));
}
