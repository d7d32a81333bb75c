import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { StaleHunt } from '../testing/stale-hunt.js';
import { startSwiftletNode, UnloggedChanges } from '../testing/swiftlet-node.js';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => 50 });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function command(...words: [string, ...string[]]): Promise<void> {
  const admin = new Redis(server.url);
  const [name, ...rest] = words;
  await admin.call(name, ...rest);
  admin.disconnect();
}

const troubles = {
  flush: () => command('FLUSHALL'),
  cutConnections: () => command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
  hang: async () => {
    server.suspend();
    await delay(300);
    server.resume();
  },
  comeBackEmpty: async () => {
    await server.kill();
    await delay(100);
    await server.start();
  },
};

describe('three nodes on one Redis', () => {
  it('serve nothing older than the last write that the client could know of, whatever happens to Redis and to them', async () => {
    const random = seededRandom(20_241);
    const unlogged = new UnloggedChanges();
    const skews = [0, 3_600_000, -3_600_000];
    const hunt = new StaleHunt({
      operations: 40_000,
      clients: 24,
      keys: 200,
      writeShare: 0.05,
      nodes: 3,
      startNode: (index) =>
        startSwiftletNode({
          redis,
          namespace: 'hunt',
          skewMs: skews[index] ?? 0,
          unlogged,
          memoryBytes: 100_000,
        }),
      troubles: Object.values(troubles),
      troublePauseMs: 500,
      random,
      pause: (ms) => delay(ms),
    });
    const result = await hunt.run();
    expect(result.stale).toEqual([]);
    expect(result.hits).toBeGreaterThan(result.reads / 4);
    expect(result.troubles).toBeGreaterThan(0);
  });
});
