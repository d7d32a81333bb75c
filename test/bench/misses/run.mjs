/**
 * Cache misses per second, contender by contender: `node test/bench/misses/run.mjs [--quick] [--node-env NAME] [--out FILE]`.
 *
 * Everybody runs with NODE_ENV=production; graphql checks more, and is slower, without it.
 */
import { execFile, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { once } from 'node:events';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { operation } from './shop.mjs';

const here = new URL('.', import.meta.url).pathname;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    out: { type: 'string' },
    'node-env': { type: 'string', default: 'production' },
  },
});
const rounds = values.quick ? 2 : 5;
const seconds = values.quick ? 2 : 3;
const connections = 32;
const names = [
  'Nest + Apollo on Express',
  'Nest + Apollo on Fastify',
  'without cache-control plugin',
  'Nest + Apollo + graphql-jit',
  'Mercurius + JIT',
  'Swiftlet',
];
const baseline = 'Nest + Apollo on Fastify';
const run = promisify(execFile);

if (!existsSync(`${here}node_modules`))
  await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: here });
const autocannon = createRequire(import.meta.url).resolve('autocannon');

async function start(name) {
  const child = fork(`${here}server.mjs`, [name], { env: { ...process.env, NODE_ENV: values['node-env'] } });
  const [{ port }] = await once(child, 'message', { signal: AbortSignal.timeout(30_000) });
  return { name, child, url: `http://127.0.0.1:${port}/graphql`, samples: [] };
}

async function cpuMsOf({ child }) {
  child.send('cpu');
  const [{ cpuMs }] = await once(child, 'message');
  return cpuMs;
}

async function answerOf({ url }) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(operation) });
  return response.json();
}

async function load({ url }, duration) {
  const body = JSON.stringify(operation);
  const options = ['--json', '-m', 'POST', '-H', 'content-type=application/json', '-b', body];
  const { stdout } = await run(
    process.execPath,
    [autocannon, ...options, '-c', String(connections), '-d', String(duration), url],
    { timeout: (duration + 20) * 1000, maxBuffer: 2 ** 24 },
  );
  const { requests, non2xx, errors, duration: measured } = JSON.parse(stdout);
  if (non2xx > 0 || errors > 0)
    throw new Error(`${url} answered ${non2xx} times without success, failed ${errors} times`);
  return { requests: requests.total, perSecond: requests.total / measured };
}

async function sample(contender) {
  const before = await cpuMsOf(contender);
  const { requests, perSecond } = await load(contender, seconds);
  const cpuMs = (await cpuMsOf(contender)) - before;
  contender.samples.push({ perSecond, cpuMsPerRequest: cpuMs / requests });
}

function spread(samples, key) {
  const sorted = samples.map((one) => one[key]).toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) };
}

/** Both within a round, so that whatever else the machine does falls on either. */
function ratioTo(base, samples, ratioOf) {
  const ratios = samples.map((one, round) => ({ ratio: ratioOf(one, base[round]) }));
  return spread(ratios, 'ratio').median;
}

function resultOf({ name, samples }, base) {
  return {
    name,
    perSecond: spread(samples, 'perSecond'),
    cpuMsPerRequest: spread(samples, 'cpuMsPerRequest'),
    timesAsMany: ratioTo(base, samples, (one, other) => one.perSecond / other.perSecond),
    timesLessCpu: ratioTo(base, samples, (one, other) => other.cpuMsPerRequest / one.cpuMsPerRequest),
  };
}

function table(results) {
  const lines = results.map(
    ({ name, perSecond, cpuMsPerRequest, timesAsMany, timesLessCpu }) =>
      `| ${name} | ${perSecond.median.toFixed(0)} (${perSecond.min.toFixed(0)}–${perSecond.max.toFixed(0)}) | ` +
      `${cpuMsPerRequest.median.toFixed(3)} (${cpuMsPerRequest.min.toFixed(3)}–${cpuMsPerRequest.max.toFixed(3)}) | ` +
      `${timesAsMany.toFixed(2)} | ${timesLessCpu.toFixed(2)} |`,
  );
  const head = '| contender | misses/s (min–max) | CPU ms each (min–max) | times as many | times less CPU |';
  return [head, '|---|---|---|---|---|', ...lines].join('\n');
}

const contenders = [];
try {
  for (const name of names) contenders.push(await start(name));
  const expected = await answerOf(contenders[0]);
  for (const contender of contenders) {
    if (!isDeepStrictEqual(await answerOf(contender), expected))
      throw new Error(`${contender.name} answers differently`);
    await load(contender, values.quick ? 1 : 3);
  }
  for (let round = 0; round < rounds; round++) for (const contender of contenders) await sample(contender);
  const base = contenders.find(({ name }) => name === baseline).samples;
  const results = contenders.map((contender) => resultOf(contender, base));
  const setting = {
    node: process.version,
    nodeEnv: values['node-env'],
    cpu: cpus()[0].model,
    cores: cpus().length,
    connections,
    rounds,
    seconds,
  };
  if (values.out !== undefined) await writeFile(values.out, JSON.stringify({ setting, results }, null, 2));
  process.stdout.write(`${table(results)}\n${JSON.stringify({ scenario: 'misses', setting, results })}\n`);
} finally {
  for (const { child } of contenders) child.disconnect();
}
