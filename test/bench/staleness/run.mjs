/**
 * Stale answers of three nodes on one Redis, contender by contender:
 * `node test/bench/staleness/run.mjs [--quick] [--operations N] [--only NAME] [--out FILE]`. Needs redis-server on the PATH.
 *
 * Everybody gets the same questions, writes and troubles from one seed. An answer is stale when it is older than a write that
 * its asker had been told of before it asked.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseArgs, promisify } from 'node:util';
import { outcomeLine } from '../outcome.mjs';

const here = new URL('.', import.meta.url).pathname;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    operations: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const operations = Number(values.operations ?? (values.quick ? 40_000 : 1_000_000));
const peerOperations = Math.min(operations, values.quick ? 10_000 : 50_000);
const plan = [
  ['Swiftlet', 'quiet', Math.round(operations / 10)],
  ['Swiftlet', 'troubled', operations],
  ...['BentoCache', 'Envelop'].flatMap((name) =>
    ['quiet', 'skewed', 'troubled'].map((setting) => [name, setting, peerOperations]),
  ),
];

if (!existsSync(`${here}node_modules`))
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here });

async function hunt(contender, setting, count) {
  const child = fork(`${here}hunt.mjs`, [contender, setting, String(count)], {
    execArgv: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  // Peers complain about every trouble; it is of interest only when a hunt does not come to its end.
  const complaints = text(child.stderr);
  const ended = once(child, 'exit').then(([code]) => ({ code }));
  const told = await Promise.race([once(child, 'message'), ended]);
  await ended;
  if (!Array.isArray(told))
    throw new Error(`the hunt over ${contender} ended with code ${told.code}: ${await complaints}`);
  return { contender, setting, operations: count, ...told[0] };
}

const columns = {
  contender: ({ contender }) => contender,
  setting: ({ setting }) => setting,
  reads: ({ reads }) => reads,
  'hits %': ({ hits, reads }) => ((100 * hits) / reads).toFixed(1),
  writes: ({ writes }) => writes,
  failed: ({ failed }) => failed,
  troubles: ({ troubles, restarts }) => `${troubles} + ${restarts} restarts`,
  '**stale**': ({ stale }) => `**${stale}**`,
  'stale for good': ({ leftStale }) => leftStale,
  'older than shown before': ({ regressions }) => regressions,
};

function table(results) {
  const heads = Object.keys(columns);
  const lines = results.map((result) => Object.values(columns).map((of) => of(result)));
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const results = [];
for (const [contender, setting, count] of plan) {
  if (values.only !== undefined && values.only !== contender) continue;
  results.push(await hunt(contender, setting, count));
  process.stderr.write(`${JSON.stringify(results.at(-1))}\n`);
}
const ours = results.filter(({ contender }) => contender === 'Swiftlet');
const staleOfOurs = ours.reduce((sum, { stale, leftStale }) => sum + stale + leftStale, 0);
const outcome = outcomeLine({
  scenario: 'staleness',
  setting: { operations, peerOperations },
  claims: [
    {
      claim: 'no answer of ours is older than a write that its asker knew of',
      measured: staleOfOurs,
      holds: staleOfOurs === 0,
    },
  ],
  results,
});
if (values.out !== undefined) await writeFile(values.out, outcome);
process.stdout.write(`${table(results)}\n${outcome}`);
