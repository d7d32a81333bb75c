import { createPino, PlatformLogger } from '@app/platform';
import { describe, expect, it } from 'vitest';
import {
  type Count,
  LeasedRequestCounter,
  MemoryRequestCounter,
  type RedisRequestCounter,
  SharedRequestCounter,
  windowMs,
  type RequestCounter,
} from './request-counter.js';

function counterAt(start: number) {
  let nowMs = start;
  return {
    counter: new MemoryRequestCounter({ nowMs: () => nowMs }),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe(MemoryRequestCounter, () => {
  it('counts each key by itself', async () => {
    const { counter } = counterAt(0);
    await counter.add('a');
    expect((await counter.add('a')).current).toBe(2);
    expect((await counter.add('b')).current).toBe(1);
  });

  it('begins anew when the window has ended, not when it is used', async () => {
    const { counter, pass } = counterAt(5);
    await counter.add('a');
    pass(windowMs - 1);
    expect(await counter.add('a')).toEqual({ current: 2, ttlMs: 1 });
    pass(1);
    expect(await counter.add('a')).toEqual({ current: 1, ttlMs: windowMs });
  });

  it('forgets those not seen for longest, so that a flood of keys does not fill the memory', async () => {
    const { counter } = counterAt(0);
    await counter.add('first');
    await counter.add('second');
    await counter.add('first');
    for (let i = 0; i < 9_999; i += 1) await counter.add(`flood-${i}`);
    expect((await counter.add('first')).current).toBe(3);
    expect((await counter.add('second')).current).toBe(1);
  });
});

describe(SharedRequestCounter, () => {
  it('counts on this node while the shared counter fails, and says so once', async () => {
    const lines: string[] = [];
    const logger = new PlatformLogger(createPino('warn', { write: (line: string) => void lines.push(line) }));
    let isAway = true;
    const shared: RequestCounter = {
      add: async () => {
        if (isAway) throw new Error('away');
        return { current: 40, ttlMs: 10 };
      },
    };
    const counter = new SharedRequestCounter(shared, counterAt(0).counter, logger);
    expect([(await counter.add('a')).current, (await counter.add('a')).current]).toEqual([1, 2]);
    expect(lines).toHaveLength(1);
    isAway = false;
    expect((await counter.add('a')).current).toBe(40);
    isAway = true;
    await counter.add('a');
    expect(lines).toHaveLength(2);
  });
});

/** Nodes that share one count. */
function leasedCounters(mostPerMinute: number, nodes = 1) {
  let shared = 0;
  const taken: number[] = [];
  const redis = {
    add: (_key: string, by = 1): Promise<Count> => {
      taken.push(by);
      shared += by;
      return Promise.resolve({ current: shared, ttlMs: 1_000 });
    },
  } as unknown as RedisRequestCounter;
  const clock = { nowMs: () => 0 };
  const all = Array.from({ length: nodes }, () => new LeasedRequestCounter(redis, clock, mostPerMinute));
  const [first = new LeasedRequestCounter(redis, clock, mostPerMinute)] = all;
  return { taken, all, first };
}

describe(LeasedRequestCounter, () => {
  it('takes a hundredth of the allowance at a time, once for all who wait', async () => {
    const { taken, first } = leasedCounters(1_000);
    const counts = await Promise.all(Array.from({ length: 25 }, () => first.add('a')));
    expect(counts.map(({ current }) => current)).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
    expect(taken).toEqual([10, 10, 10]);
  });

  it('never allows more than there is, on all nodes together', async () => {
    const { all } = leasedCounters(1_000, 3);
    let allowed = 0;
    for (let round = 0; round < 1_000; round += 1)
      for (const counter of all) if ((await counter.add('a')).current <= 1_000) allowed += 1;
    expect(allowed).toBeLessThanOrEqual(1_000);
    expect(allowed).toBeGreaterThan(1_000 - 3 * 10);
  });

  it('counts a small allowance request by request', async () => {
    const { taken, first } = leasedCounters(5);
    await first.add('a');
    await first.add('a');
    expect(taken).toEqual([1, 1]);
  });
});
