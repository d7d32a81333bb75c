import { randomUUID } from 'node:crypto';
import { Redis, type Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { patiently } from '../../../../test/support/patiently.js';
import { RedisCluster } from '../../../../test/support/redis-cluster.js';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { CircuitBreaker } from '../core/circuit-breaker.js';
import type { SharedStore } from '../core/shared-store.js';
import { describeSharedStore, leaseOf } from '../testing/shared-store.suite.js';
import { cacheAddress } from '../cache-connection.js';
import { RedisSharedStore } from './redis-shared-store.js';

const monotonicMs = () => performance.now();
const wanted = { keys: ['public'], leaseName: 'public' };

function openStore(redis: Redis | Cluster, namespace: string) {
  const failures: unknown[] = [];
  const breaker = new CircuitBreaker({ failuresToOpen: 3, probeAfterMs: 250 });
  const onFailure = (error: unknown) => void failures.push(error);
  const store = new RedisSharedStore({ redis, namespace, breaker, monotonicMs, onFailure });
  return { store, breaker, failures };
}

/** Resolves when it is connected to all masters. */
async function openReady(redis: Redis | Cluster, namespace: string) {
  const opened = openStore(redis, namespace);
  const find = () => leaseOf(opened.store.find(randomUUID(), wanted));
  await vi.waitFor(() => Promise.all(Array.from({ length: 30 }, find)), patiently);
  opened.failures.splice(0);
  return opened;
}

async function openTwo(redis: Redis | Cluster): Promise<readonly [RedisSharedStore, RedisSharedStore]> {
  const namespace = randomUUID();
  const [one, other] = await Promise.all([openReady(redis, namespace), openReady(redis, namespace)]);
  return [one.store, other.store];
}

/** A store over a Redis of its own, which may be hurt. */
async function startScene() {
  const server = await RedisServer.start();
  const redis = new Redis(server.url, { lazyConnect: true });
  const opened = await openReady(redis, randomUUID());
  onTestFinished(async () => {
    opened.store.close();
    await server.stop();
  });
  return { server, ...opened };
}

describe('over one Redis', () => {
  let redis: Redis | Cluster;
  let nodes: readonly [RedisSharedStore, RedisSharedStore];
  beforeAll(async () => {
    redis = cacheAddress([process.env['REDIS_URL'] ?? '']);
    nodes = await openTwo(redis);
  });
  afterAll(() => {
    for (const node of nodes) node.close();
    redis.disconnect();
  });
  describeSharedStore(RedisSharedStore.name, (): readonly [SharedStore, SharedStore] => nodes);
});

describe('over a Redis Cluster of three masters', () => {
  let cluster: RedisCluster;
  let redis: Redis | Cluster;
  let nodes: readonly [RedisSharedStore, RedisSharedStore];
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    redis = cacheAddress(cluster.masters.map(({ url }) => url));
    nodes = await openTwo(redis);
  });
  afterAll(async () => {
    for (const node of nodes) node.close();
    redis.disconnect();
    await cluster.stop();
  });
  describeSharedStore(RedisSharedStore.name, (): readonly [SharedStore, SharedStore] => nodes);

  it('spreads its answers over all of them', async () => {
    for (let at = 0; at < 300; at += 1) await nodes[0].put(`q${at}`, 'public', Buffer.from('x'), 60_000);
    for (const count of await cluster.keyCounts()) expect(count).toBeGreaterThan(50);
  });
});

describe('when Redis is away', () => {
  it('finds nothing and keeps nothing, without an error, and is of use again when it is back', async () => {
    const { server, store, failures } = await startScene();
    await server.kill();
    await vi.waitFor(async () => {
      expect(await store.find('q', wanted)).toEqual({ kind: 'nobody' });
      expect(await store.readMany([{ question: 'q', key: 'public' }])).toEqual([undefined]);
      expect(failures.length).toBeGreaterThan(0);
    }, patiently);
    await store.put('q', 'public', Buffer.from('lost'), 60_000);
    await store.putMany([{ question: 'q', key: 'public', bytes: Buffer.from('lost'), ttlMs: 60_000 }]);
    await server.start();
    await vi.waitFor(() => leaseOf(store.find('q', wanted)), patiently);
  });

  it('gives a hung one up after a few questions, asks it no more, and notices when it goes on', async () => {
    const { server, store, breaker, failures } = await startScene();
    server.suspend();
    while (breaker.state === 'closed') expect(await store.find('q', wanted)).toEqual({ kind: 'nobody' });
    expect(failures).toHaveLength(3);
    for (let asked = 0; asked < 1_000; asked += 1)
      expect(await store.find('q', wanted)).toEqual({ kind: 'nobody' });
    expect(failures).toHaveLength(3);
    server.resume();
    await vi.waitFor(() => leaseOf(store.find(randomUUID(), wanted)), patiently);
  });

  it('leaves no lease behind that was granted after its asker had gone on', async () => {
    const { server, store } = await startScene();
    server.suspend();
    expect(await store.find('late', wanted)).toEqual({ kind: 'nobody' });
    server.resume();
    await vi.waitFor(() => leaseOf(store.find('late', wanted)), patiently);
  });

  it('does not take a good Redis for a hung one when the process itself was busy', async () => {
    const { store, failures } = await startScene();
    const lease = await leaseOf(store.find('busy', wanted));
    const finds = Array.from({ length: 5 }, () => store.find('busy', wanted));
    const endMs = performance.now() + 400;
    while (performance.now() < endMs); // nothing is read meanwhile, and timers are late
    expect(await Promise.all(finds)).toEqual(finds.map(() => ({ kind: 'another node' })));
    expect(failures).toEqual([]);
    await store.release('busy', lease);
  });
});
