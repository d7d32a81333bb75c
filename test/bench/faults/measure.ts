/** The waiting times of one fault after the other, each before it, while it is noticed, once it is known, and after it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { OpenLoop, Sample } from '../../support/open-loop.js';
import type { RedisServer } from '../../support/redis-server.js';
import { ShopUnderLoad } from './shop-under-load.js';

const readsPerSecond = 100;
const writesPerSecond = 2;
const calmMs = 10_000;
/** Until the nodes have noticed: the log may be silent for two seconds. */
const noticingMs = 3_000;
const awayMs = 10_000;

const faults: Readonly<Record<string, (redis: RedisServer) => Promise<() => Promise<void>>>> = {
  hung: async (redis) => {
    redis.suspend();
    return async () => redis.resume();
  },
  killed: async (redis) => {
    await redis.kill();
    return () => redis.start();
  },
  flushed: async ({ url }) => {
    const admin = new Redis(url);
    await admin.flushall();
    admin.disconnect();
    return async () => undefined;
  },
};

export interface PhaseResult {
  readonly fault: string;
  readonly phase: 'before' | 'noticing' | 'away' | 'after';
  readonly of: 'reads' | 'writes';
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface FaultsResult {
  readonly rows: readonly PhaseResult[];
  readonly failed: number;
  readonly stale: number;
}

export async function measure(): Promise<FaultsResult> {
  const shop = await ShopUnderLoad.open();
  try {
    const traffic = await shop.traffic(readsPerSecond, writesPerSecond);
    await delay(calmMs); // until what runs often is compiled
    const rows: PhaseResult[] = [];
    for (const [fault, strike] of Object.entries(faults)) {
      const marks = [performance.now()];
      const pass = async (ms: number) => void (await delay(ms), marks.push(performance.now()));
      await pass(calmMs);
      const end = await strike(shop.redis);
      await pass(noticingMs);
      await pass(awayMs);
      await end();
      await delay(noticingMs);
      marks.push(performance.now());
      await pass(calmMs);
      rows.push(...summarise(fault, 'reads', traffic.reads, marks));
      rows.push(...summarise(fault, 'writes', traffic.writes, marks));
    }
    await traffic.stop();
    return { rows, failed: traffic.failures.length, stale: traffic.stale.length };
  } finally {
    await shop.close();
  }
}

/** @param marks the beginning, the fault, its being known, its end, three seconds later, and the end of all. */
function summarise(fault: string, of: PhaseResult['of'], loop: OpenLoop, marks: number[]): PhaseResult[] {
  const [start = 0, struck = 0, known = 0, ended = 0, settled = 0, last = 0] = marks;
  const phase = (name: PhaseResult['phase'], from: number, to: number): PhaseResult => {
    const within = loop.samples.filter(({ dueAtMs }) => dueAtMs >= from && dueAtMs < to);
    const p = (share: number) => quantile(within, share);
    return { fault, phase: name, of, count: within.length, p50Ms: p(0.5), p99Ms: p(0.99) };
  };
  return [
    phase('before', start, struck),
    phase('noticing', struck, known),
    phase('away', known, ended),
    phase('after', settled, last),
  ];
}

function quantile(samples: readonly Sample[], share: number): number {
  const sorted = samples.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return Math.round(found * 10) / 10;
}

export function toTable({ rows, failed, stale }: FaultsResult): string {
  const lines = rows.map(
    ({ fault, phase, of, count, p50Ms, p99Ms }) =>
      `| ${fault} | ${of} | ${phase} | ${count} | ${p50Ms} | ${p99Ms} |`,
  );
  const head = ['| Redis | of | phase | requests | p50 ms | p99 ms |', '|---|---|---|---|---|---|'];
  return `${[...head, ...lines].join('\n')}\n\nfailed ${failed}, stale ${stale}\n`;
}
