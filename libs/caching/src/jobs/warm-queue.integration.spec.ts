import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WarmQueue } from './warm-queue.js';

const redisUrl = process.env['REDIS_URL'] ?? '';
const patiently = { timeout: 10_000, interval: 20 };
const namespace = `test-${randomUUID()}`;
const queues: WarmQueue[] = [];

interface Fleet {
  readonly rounds: string[];
  mostAtOnce: number;
}

function node(who: string, fleet: Fleet, everyMs = 60_000, name = 'warm'): WarmQueue {
  let underWay = 0;
  const round = async () => {
    underWay += 1;
    fleet.mostAtOnce = Math.max(fleet.mostAtOnce, underWay);
    fleet.rounds.push(who);
    await new Promise((resolve) => setTimeout(resolve, 20));
    underWay -= 1;
  };
  const queue = new WarmQueue({
    redisUrl,
    namespace,
    name,
    everyMs,
    round,
    onFailure: () => undefined,
  });
  queues.push(queue);
  return queue;
}

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
  const redis = new Redis(redisUrl);
  const keys = await redis.keys(`{${namespace}:jobs}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
});

describe(WarmQueue, () => {
  it('lets one of the nodes that start together warm at start, and one at a time by schedule', async () => {
    const fleet: Fleet = { rounds: [], mostAtOnce: 0 };
    const nodes = ['one', 'two', 'three'].map((who) => node(who, fleet, 200));
    await Promise.all(nodes.map((each) => each.start()));
    await vi.waitFor(() => expect(fleet.rounds.length).toBeGreaterThanOrEqual(5), patiently);
    expect(fleet.mostAtOnce).toBe(1);
  });

  it('lets a schema be warmed by those who serve it', async () => {
    const old: Fleet = { rounds: [], mostAtOnce: 0 };
    const next: Fleet = { rounds: [], mostAtOnce: 0 };
    await node('old', old, 60_000, 'old').start();
    await vi.waitFor(() => expect(old.rounds).not.toEqual([]), patiently);
    await node('next', next, 60_000, 'next').start();
    await vi.waitFor(() => expect(next.rounds).not.toEqual([]), patiently);
  });

  it('ends in time where Redis is away', async () => {
    const onFailure = vi.fn<(error: unknown) => void>();
    const queue = new WarmQueue({
      redisUrl: 'redis://127.0.0.1:1',
      namespace,
      name: 'warm',
      everyMs: 60_000,
      round: () => Promise.resolve(),
      onFailure,
    });
    queue.start().catch(() => undefined);
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalled(), patiently);
    await queue.close();
  });
});
