/** Faults in turns under steady traffic: the waiting times before each, while it is noticed, once it is known, and after it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisServer } from '../../support/redis-server.js';
import { rowsOf, type FaultsResult, type Phase, type PhaseRow, type Span } from './figures.js';
import type { Recovery } from './recovery.js';
import { ShopUnderLoad, type ShopTraffic } from './shop-under-load.js';

/** Milliseconds until the nodes have noticed: the log may be silent for two seconds. */
const noticingMs = 3_000;

/** Each begins and answers how it ends; what is over at once has no end. */
const faults: Readonly<Record<string, (redis: RedisServer) => Promise<(() => Promise<void>) | undefined>>> = {
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
    return undefined;
  },
};

export interface Lengths {
  /** How often each fault strikes, after once to warm up: in turns, so that whatever else the machine does falls on all phases. */
  readonly rounds: number;
  /** Milliseconds of each phase of a round, but the one of noticing. */
  readonly phaseMs: number;
}

export async function measure({ rounds, phaseMs }: Lengths): Promise<FaultsResult> {
  const shop = await ShopUnderLoad.open();
  try {
    const { traffic, recovery } = await shop.beginTraffic();
    // What runs while Redis is away is compiled before it is measured, as what runs all the time is.
    for (const fault of Object.keys(faults))
      await suffer(new Chronicle(fault), { redis: shop.redis, recovery, phaseMs });
    const chronicles = Object.keys(faults).map((fault) => new Chronicle(fault));
    for (let round = 0; round < rounds; round += 1)
      for (const chronicle of chronicles) await suffer(chronicle, { redis: shop.redis, recovery, phaseMs });
    const { requests, failed, stale } = await traffic.stop();
    return {
      rows: chronicles.flatMap((chronicle) => rowsOfAll(chronicle, traffic)),
      recoveries: Object.fromEntries(chronicles.map(({ fault, recoveriesMs }) => [fault, recoveriesMs])),
      requests,
      failed,
      stale,
    };
  } finally {
    await shop.close();
  }
}

/** What happened when, over all rounds of one fault. */
class Chronicle {
  readonly spans = new Map<Phase, Span[]>();
  readonly recoveriesMs: number[] = [];

  constructor(readonly fault: string) {}

  async pass(phase: Phase, ms: number): Promise<void> {
    const fromMs = performance.now();
    await delay(ms);
    const earlier = this.spans.get(phase) ?? [];
    this.spans.set(phase, [...earlier, [fromMs, performance.now()]]);
  }
}

interface Stage {
  readonly redis: RedisServer;
  readonly recovery: Recovery;
  readonly phaseMs: number;
}

async function suffer(chronicle: Chronicle, { redis, recovery, phaseMs }: Stage): Promise<void> {
  await chronicle.pass('before', phaseMs);
  const end = await faults[chronicle.fault]?.(redis);
  if (end !== undefined) {
    await chronicle.pass('noticing', noticingMs);
    await chronicle.pass('away', phaseMs);
    await end();
  }
  chronicle.recoveriesMs.push(await recovery.durationMs());
  await chronicle.pass('after', phaseMs);
}

function rowsOfAll({ fault, spans }: Chronicle, { prices, fresh }: ShopTraffic): PhaseRow[] {
  return [
    ...rowsOf({ fault, of: 'hot' }, prices.reads.samples, spans),
    ...rowsOf({ fault, of: 'fresh' }, fresh.loop.samples, spans),
    ...rowsOf({ fault, of: 'writes' }, prices.writes.samples, spans),
  ];
}
