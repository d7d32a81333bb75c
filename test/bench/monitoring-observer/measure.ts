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

/** Nanoseconds of the best and of the middle round: others use the machine too. */
function costOf(works: readonly FinishedWork[], rounds: number): { bestNs: number; medianNs: number } {
  const metrics = new WorkMetrics(new MetricRegistry(), limits);
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAtMs = performance.now();
    for (let repeat = 0; repeat < 20; repeat += 1) for (const work of works) metrics.finished(work);
    costs.push(((performance.now() - startedAtMs) / (20 * works.length)) * 1e6);
  }
  const sorted = costs.toSorted((one, other) => one - other);
  const [bestNs = 0] = sorted;
  return { bestNs: Math.round(bestNs), medianNs: Math.round(sorted[Math.floor(rounds / 2)] ?? 0) };
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

/** The longest time between two turns of the event loop while something goes on. */
async function delayDuring<Done>(work: () => Promise<Done>): Promise<{ done: Done; delayMs: number }> {
  let isWorking = true;
  let delayMs = 0;
  const watching = (async () => {
    for (let sinceMs = performance.now(); isWorking;) {
      await nextTurn();
      const nowMs = performance.now();
      delayMs = Math.max(delayMs, nowMs - sinceMs);
      sinceMs = nowMs;
    }
  })();
  const done = await work();
  isWorking = false;
  await watching;
  return { done, delayMs };
}

const rounded = (value: number) => Math.round(value * 100) / 100;

export async function measure(isQuick: boolean): Promise<{ claims: Claim[]; results: unknown }> {
  const rounds = isQuick ? 15 : 101;
  const full = costOf(
    Array.from({ length: 400 }, (_, at) => workOf(at)),
    rounds,
  );
  const hit = costOf(
    Array.from({ length: 400 }, (_, at) => ({
      ...workOf(at),
      resolvers: [],
      statements: [],
      outcome: 'cached',
    })),
    rounds,
  );
  const page = await afterTheFlood();
  const delaysMs = { prometheus: [] as number[], openmetrics: [] as number[], idle: [] as number[] };
  const bytes = { prometheus: 0, openmetrics: 0 };
  for (let round = 0; round < (isQuick ? 5 : 40); round += 1) {
    for (const format of ['prometheus', 'openmetrics'] as const) {
      const { done, delayMs } = await delayDuring(async () => Buffer.from(await page.write(format)));
      bytes[format] = done.length;
      delaysMs[format].push(delayMs);
    }
    // What the machine does to a process that only waits.
    delaysMs.idle.push((await delayDuring(() => delay(20))).delayMs);
  }
  const largest = Math.max(bytes.prometheus, bytes.openmetrics);
  const figuresOf = (delays: number[]) => ({
    medianMs: rounded(delays.toSorted((one, other) => one - other)[Math.floor(delays.length / 2)] ?? 0),
    ninetyFifthMs: rounded(
      delays.toSorted((one, other) => one - other)[Math.floor(delays.length * 0.95)] ?? 0,
    ),
    longestMs: rounded(Math.max(...delays)),
    firstMs: rounded(delays[0] ?? 0),
  });
  const delays = {
    prometheus: figuresOf(delaysMs.prometheus),
    openmetrics: figuresOf(delaysMs.openmetrics),
    idle: figuresOf(delaysMs.idle),
  };
  const delayMs = Math.max(delays.prometheus.ninetyFifthMs, delays.openmetrics.ninetyFifthMs);
  return {
    claims: [
      {
        claim: 'an operation with 5 resolvers and 5 statements costs ≤ 2 µs',
        measured: full.medianNs,
        holds: full.medianNs <= 2_000,
      },
      {
        claim: 'the page has ≤ 1 MiB after 10,000 hostile names × 20 clients',
        measured: largest,
        holds: largest <= mostPageBytes,
      },
      {
        claim: '19 of 20 scrapes delay the event loop by ≤ 10 ms',
        measured: delayMs,
        holds: delayMs <= 10,
      },
    ],
    results: {
      operation: full,
      cachedHit: hit,
      pageBytes: bytes,
      eventLoopDelay: delays,
    },
  };
}
