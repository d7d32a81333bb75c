/**
 * Missed and needless invalidations over many random writes to the seeded shop:
 * `node test/bench/lists/run.mjs [--quick] [--writes N] [--seed N] [--mix shop|even] [--out FILE]`.
 * Needs DATABASE_URL, REDIS_URL and redis-server on the PATH.
 *
 * It is `test/e2e/cached-lists.e2e.spec.ts` with more writes. FILE, without its ending, gets tables and figures.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { outcomeLine } from '../outcome.mjs';

const root = new URL('../../../', import.meta.url).pathname;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    writes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    mix: { type: 'string', default: 'shop' },
    out: { type: 'string' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'lists-'));
try {
  const report = values.out ?? join(folder, 'lists');
  const env = {
    ...process.env,
    CACHED_LISTS_WRITES: values.writes ?? (values.quick ? '200' : '10000'),
    CACHED_LISTS_SEED: values.seed,
    CACHED_LISTS_MIX: values.mix,
    CACHED_LISTS_REPORT: report,
  };
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const spec = ['--project', 'e2e', 'test/e2e/cached-lists.e2e.spec.ts'];
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--config', 'test/support/vitest.config.ts', ...spec],
    { cwd: root, env, stdio: ['ignore', 2, 2] },
  );
  [process.exitCode] = await once(child, 'exit');
  const { needlessBy: _, scenario, ...results } = JSON.parse(await readFile(`${report}.json`, 'utf8'));
  const setting = { mix: values.mix, seed: values.seed };
  const missed = results.missed.length;
  const claims = [
    { claim: 'no write leaves a kept list that it changed', measured: missed, holds: missed === 0 },
    {
      claim: 'a write ends at most two per cent of the answers that it leaves as they are',
      measured: results.overInvalidation,
      holds: results.overInvalidation <= 0.02,
    },
  ];
  const outcome = outcomeLine({ scenario, setting, claims, results });
  process.stdout.write(`${await readFile(`${report}.md`, 'utf8')}\n${outcome}`);
} finally {
  await rm(folder, { recursive: true });
}
