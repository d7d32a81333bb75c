import { setTimeout as delay } from 'node:timers/promises';
import { Redis, type Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCluster } from '../../../../test/support/redis-cluster.js';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { StaleHunt } from '../testing/stale-hunt.js';
import { startSwiftletNode, UnloggedChanges } from '../testing/swiftlet-node.js';
import { cacheAddress } from '../cache-connection.js';

let cluster: RedisCluster;
let redis: Redis | Cluster;

beforeAll(async () => {
  cluster = await RedisCluster.start();
  redis = cacheAddress(cluster.masters.map(({ url }) => url));
});
afterAll(async () => {
  redis.disconnect();
  await cluster.stop();
});

async function onEachMaster(name: string, ...words: string[]): Promise<void> {
  for (const { url } of cluster.masters) {
    const admin = new Redis(url);
    await admin.call(name, ...words);
    admin.disconnect();
  }
}

/** Longer than the log may be silent: the nodes go on without it, and have something to give up when it is back. */
async function hangAll(): Promise<void> {
  for (const master of cluster.masters) master.suspend();
  await delay(3_000);
  for (const master of cluster.masters) master.resume();
}

describe('three nodes on a Redis Cluster of three masters', () => {
  it('serve nothing older than what the client could know of, to many who ask the same, with and without Redis', async () => {
    const random = seededRandom(20_242);
    const unlogged = new UnloggedChanges();
    const hunt = new StaleHunt({
      operations: 40_000,
      clients: 48,
      rows: 12, // few, so that questions meet
      writeShare: 0.05,
      nodes: 3,
      startNode: () =>
        startSwiftletNode({ redis, namespace: 'hunt', skewMs: 0, unlogged, memoryBytes: 100_000 }),
      troubles: [
        () => onEachMaster('FLUSHALL'),
        () => onEachMaster('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
        hangAll,
      ],
      troublePauseMs: 300,
      settleMs: 4_000,
      random,
      pause: (ms) => delay(ms),
    });
    const result = await hunt.run();
    expect(result.stale).toEqual([]);
    expect(result.leftStale).toEqual([]);
    expect(result.troubles).toBeGreaterThan(0);
    expect(result.hits).toBeGreaterThan(result.reads / 20);
  });
});
