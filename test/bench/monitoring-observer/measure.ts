/** What counting costs an operation, and what a scrape costs everybody else after clients have invented ten thousand names. */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { MetricRegistry } from '../../../libs/monitoring/src/core/metrics/metric-registry.js';
import { MetricsPage, mostPageBytes } from '../../../libs/monitoring/src/core/metrics/metrics-page.js';
import { watchSeriesCounts } from '../../../libs/monitoring/src/core/metrics/series-counts.js';
import { WorkMetrics } from '../../../libs/monitoring/src/core/metrics/work-metrics.js';
import type { FinishedWork } from '../../../libs/monitoring/src/core/work/work.js';
import { finishedWork } from '../../../libs/monitoring/src/testing/finished-work.js';
import { hostileWork } from '../../../libs/monitoring/src/testing/hostile-work.js';
import { watchProcess } from '../../../libs/monitoring/src/adapters/process-metrics.js';

const limits = { mostOperations: 500, mostDetailedOperations: 100 };
const noForeign = { names: () => [], textOf: async () => '' };

interface Claim {
  readonly claim: string;
  readonly measured: number;
  readonly holds: boolean;
}

function workOf(at: number): FinishedWork {
  const resolvers = Array.from({ length: 5 }, (_, field) => ({
    coordinate: `Product.field${field}`,
    calls: 20,
    errors: 0,
    totalMs: 8,
    longestMs: 2,
    synchronousMs: 0.4,
  }));
  const statements = Array.from({ length: 5 }, (_, statement) => ({
    sql: 'SELECT 1',
    values: [],
    rowCount: 20,
    startedAtMs: 1_000 + statement,
    endedAtMs: 1_002 + statement,
  }));
  const name = `Operation${at % 40}`;
  const client = { name: `client${at % 4}`, version: `1.${at % 5}.0` };
  return finishedWork({ name, client, resolvers, statements, payloadBytes: 9_000 + at });
}

/** Of this thread alone: others use the machine too. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Nanoseconds on the processor, over all rounds: its clock may go in steps of milliseconds. */
function costNsOf(works: readonly FinishedWork[], rounds: number): number {
  const metrics = new WorkMetrics(new MetricRegistry(), limits);
  const run = (count: number) => {
    const startedAtMs = processorMs();
    for (let round = 0; round < count; round += 1) for (const work of works) metrics.finished(work);
    return processorMs() - startedAtMs;
  };
  run(rounds / 10); // until it is compiled
  return Math.round((run(rounds) / (rounds * works.length)) * 1e6);
}

async function afterTheFlood(): Promise<MetricsPage> {
  const registry = new MetricRegistry();
  watchProcess(registry, 'bench');
  watchSeriesCounts(registry);
  const metrics = new WorkMetrics(registry, limits);
  for (let client = 0; client < 20; client += 1) {
    for (let name = 0; name < 10_000; name += 1)
      metrics.finished(hostileWork(name, client, client * 60_000 + name));
    await nextTurn();
  }
  return new MetricsPage(registry, noForeign);
}

interface Delay {
  /** As everybody else feels it, with what other processes take away. */
  readonly wallMs: number;
  /** What this thread itself did at a stretch. */
  readonly busyMs: number;
}

/** The longest time between two turns of the event loop while something goes on. */
async function delayDuring<Done>(work: () => Promise<Done>): Promise<{ done: Done; longest: Delay }> {
  let longest: Delay = { wallMs: 0, busyMs: 0 };
  let since: Delay = { wallMs: performance.now(), busyMs: processorMs() };
  const turn = () => {
    const now = { wallMs: performance.now(), busyMs: processorMs() };
    longest = {
      wallMs: Math.max(longest.wallMs, now.wallMs - since.wallMs),
      busyMs: Math.max(longest.busyMs, now.busyMs - since.busyMs),
    };
    since = now;
  };
  let next = setImmediate(function watch() {
    turn();
    next = setImmediate(watch);
  });
  const done = await work();
  turn();
  clearImmediate(next);
  return { done, longest };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function spread(values: readonly number[]) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { medianMs: at(0.5), ninetyFifthMs: at(0.95), longestMs: rounded(sorted.at(-1) ?? 0) };
}

function figuresOf(delays: readonly Delay[]) {
  return {
    wall: spread(delays.map(({ wallMs }) => wallMs)),
    busy: spread(delays.map(({ busyMs }) => busyMs)),
  };
}

export async function measure(isQuick: boolean): Promise<{ claims: Claim[]; results: unknown }> {
  const rounds = isQuick ? 1_000 : 10_000;
  const operationNs = costNsOf(
    Array.from({ length: 400 }, (_, at) => workOf(at)),
    rounds,
  );
  const cachedHitNs = costNsOf(
    Array.from({ length: 400 }, (_, at) => ({
      ...workOf(at),
      resolvers: [],
      statements: [],
      outcome: 'cached',
    })),
    rounds,
  );
  const page = await afterTheFlood();
  const delaysMs = { prometheus: [] as Delay[], openmetrics: [] as Delay[], idle: [] as Delay[] };
  const bytes = { prometheus: 0, openmetrics: 0 };
  for (let round = 0; round < (isQuick ? 5 : 40); round += 1) {
    for (const format of ['prometheus', 'openmetrics'] as const) {
      const { done, longest } = await delayDuring(async () => Buffer.from(await page.write(format)));
      bytes[format] = done.length;
      delaysMs[format].push(longest);
    }
    // What the machine does to a process that only waits.
    delaysMs.idle.push((await delayDuring(() => delay(20))).longest);
  }
  const largest = Math.max(bytes.prometheus, bytes.openmetrics);
  const delays = {
    prometheus: figuresOf(delaysMs.prometheus),
    openmetrics: figuresOf(delaysMs.openmetrics),
    idle: figuresOf(delaysMs.idle),
  };
  const busyMs = Math.max(delays.prometheus.busy.longestMs, delays.openmetrics.busy.longestMs);
  return {
    claims: [
      {
        claim: 'an operation with 5 resolvers and 5 statements costs ≤ 2 µs',
        measured: operationNs,
        holds: operationNs <= 2_000,
      },
      {
        claim: 'the page has ≤ 1 MiB after 10,000 hostile names × 20 clients',
        measured: largest,
        holds: largest <= mostPageBytes,
      },
      {
        claim: 'a scrape never keeps the event loop busy for more than 10 ms at a stretch',
        measured: busyMs,
        holds: busyMs <= 10,
      },
    ],
    results: {
      operationNs,
      cachedHitNs,
      pageBytes: bytes,
      eventLoopDelay: delays,
    },
  };
}
