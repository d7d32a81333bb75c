/**
 * Compares servers that answer one operation: each in a process of its own, in interleaved rounds, by answers a second and
 * by CPU time an answer.
 */
import { execFile, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util';
import { outcomeLine } from './outcome.mjs';

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
const serverFile = new URL('contender-server.mjs', import.meta.url).pathname;
const run = promisify(execFile);

class Contender {
  samples = [];

  constructor(name, child, url) {
    this.name = name;
    this.child = child;
    this.url = url;
  }

  static async start(name, folder) {
    const child = fork(serverFile, [folder, name], { env: { ...process.env, NODE_ENV: values['node-env'] } });
    const [{ port }] = await once(child, 'message', { signal: AbortSignal.timeout(120_000) });
    return new Contender(name, child, `http://127.0.0.1:${port}/graphql`);
  }

  async usage() {
    this.child.send('usage');
    const [usage] = await once(this.child, 'message');
    return usage;
  }

  async answer(operation) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(operation) });
    return response.json();
  }

  async load(autocannon, operation, duration) {
    const body = JSON.stringify(operation);
    const options = ['--json', '-m', 'POST', '-H', 'content-type=application/json', '-b', body];
    const { stdout } = await run(
      process.execPath,
      [autocannon, ...options, '-c', String(connections), '-d', String(duration), this.url],
      { timeout: (duration + 20) * 1000, maxBuffer: 2 ** 24 },
    );
    const { requests, non2xx, errors, duration: measured } = JSON.parse(stdout);
    if (non2xx > 0 || errors > 0)
      throw new Error(`${this.name} answered ${non2xx} times without success, failed ${errors} times`);
    return { requests: requests.total, perSecond: requests.total / measured };
  }

  async sample(autocannon, operation) {
    const before = await this.usage();
    const { requests, perSecond } = await this.load(autocannon, operation, seconds);
    const after = await this.usage();
    const cpuMsPerRequest = (after.cpuMs - before.cpuMs) / requests;
    this.samples.push({ perSecond, cpuMsPerRequest, heapMiB: after.heapBytes / 2 ** 20 });
  }
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
    heapMiB: spread(samples, 'heapMiB'),
    timesAsMany: ratioTo(base, samples, (one, other) => one.perSecond / other.perSecond),
    timesLessCpu: ratioTo(base, samples, (one, other) => other.cpuMsPerRequest / one.cpuMsPerRequest),
  };
}

const withSpread = ({ median, min, max }, digits) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;

function table(results, baseline) {
  const lines = results.map(
    ({ name, perSecond, cpuMsPerRequest, heapMiB, timesAsMany, timesLessCpu }) =>
      `| ${name} | ${withSpread(perSecond, 0)} | ${withSpread(cpuMsPerRequest, 3)} | ${heapMiB.median.toFixed(0)} | ` +
      `${timesAsMany.toFixed(2)} | ${timesLessCpu.toFixed(2)} |`,
  );
  const head = `| contender | answers/s (min–max) | CPU ms each (min–max) | heap MiB | × ${baseline} | times less CPU |`;
  return [head, '|---|---|---|---|---|---|', ...lines].join('\n');
}

/**
 * Prints a table, then a line of JSON. All must give the same answer.
 * @param {{ scenario: string, folder: string, names: readonly string[], baseline: string, operation: object }} comparison
 * `folder` has a package file of its own and a `contenders.mjs`: functions by name, each serving and answering its port
 */
export async function compare({ scenario, folder, names, baseline, operation }) {
  if (!existsSync(`${folder}node_modules`))
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
  const autocannon = createRequire(`${folder}run.mjs`).resolve('autocannon');
  const contenders = [];
  try {
    for (const name of names) contenders.push(await Contender.start(name, folder));
    const expected = await contenders[0].answer(operation);
    for (const contender of contenders) {
      if (!isDeepStrictEqual(await contender.answer(operation), expected))
        throw new Error(`${contender.name} answers differently`);
      await contender.load(autocannon, operation, values.quick ? 1 : 3);
    }
    for (let round = 0; round < rounds; round++)
      for (const contender of contenders) await contender.sample(autocannon, operation);
    const base = contenders.find(({ name }) => name === baseline).samples;
    const results = contenders.map((contender) => resultOf(contender, base));
    const setting = { nodeEnv: values['node-env'], connections, rounds, seconds };
    const outcome = outcomeLine({ scenario, setting, results });
    if (values.out !== undefined) await writeFile(values.out, outcome);
    process.stdout.write(`${table(results, baseline)}\n${outcome}`);
  } finally {
    for (const { child } of contenders) child.disconnect();
  }
}
