/** A thousand who ask the same at once, over four nodes on one Redis. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { patiently } from '../../../../test/support/patiently.js';
import { RedisServer } from '../../../../test/support/redis-server.js';
import type { HuntedNode, HuntedQuestion, Versions } from '../testing/stale-hunt.js';
import { startSwiftletNode, UnloggedChanges } from '../testing/swiftlet-node.js';
import { cacheAddress } from '../cache-connection.js';

const nodeCount = 4;
const askers = 1_000;

let server: RedisServer;
let redis: Redis | Cluster;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = cacheAddress([server.url]);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function startNodes(): Promise<HuntedNode[]> {
  const shared = {
    redis,
    namespace: randomUUID(),
    skewMs: 0,
    unlogged: new UnloggedChanges(),
    memoryBytes: 1e6,
  };
  const nodes = await Promise.all(Array.from({ length: nodeCount }, () => startSwiftletNode(shared)));
  onTestFinished(async () => void (await Promise.all(nodes.map((node) => node.stop()))));
  return nodes;
}

const k1: HuntedQuestion = { name: 'the first', rows: ['k1'] };

/** A query that takes its time; counts its runs. */
class Query {
  runs = 0;
  value = 0;

  constructor(private readonly durationMs: number) {}

  readonly run = async (): Promise<Versions> => {
    this.runs += 1;
    const { value } = this;
    await delay(this.durationMs);
    return { k1: value };
  };
}

async function stampede(nodes: readonly HuntedNode[], query: Query, seen = 0): Promise<unknown[]> {
  const each = Array.from({ length: Math.ceil(askers / nodes.length) }, () => nodes).flat();
  return Promise.all(each.slice(0, askers).map((node) => node.read(k1, seen, query.run)));
}

const all = (value: number) => Array.from({ length: askers }, () => ({ k1: value }));

describe('a thousand equal questions at once on four nodes', () => {
  it('run the query once, the first time and after a change', async () => {
    const nodes = await startNodes();
    const query = new Query(50);
    expect(await stampede(nodes, query)).toEqual(all(0));
    expect(query.runs).toBe(1);
    for (let change = 1; change <= 5; change += 1) {
      query.value = change;
      const seen = (await nodes[change % nodeCount]?.invalidate(k1.rows)) ?? 0;
      expect(await stampede(nodes, query, seen)).toEqual(all(change));
      expect(query.runs).toBe(1 + change);
    }
  });

  it('run a query once that takes longer than a lease', async () => {
    const nodes = await startNodes();
    const query = new Query(3_000);
    await stampede(nodes, query);
    expect(query.runs).toBe(1);
  });

  it('go on without the node that died with the lease', async () => {
    const nodes = await startNodes();
    const [first, ...others] = nodes;
    const stuck = vi.fn<() => Promise<never>>(() => new Promise<never>(() => undefined));
    void first?.read(k1, 0, stuck);
    await vi.waitFor(() => expect(stuck).toHaveBeenCalled(), patiently);
    const query = new Query(10);
    const outcome = stampede(others, query);
    await first?.stop();
    await outcome;
    expect(query.runs).toBe(1);
  });

  it('run it once more a node than anybody waits for, at most, while Redis is away', async () => {
    const nodes = await startNodes();
    await server.kill();
    onTestFinished(() => server.start());
    const query = new Query(50);
    await vi.waitFor(async () => {
      await delay(100); // until the nodes have noticed, each asks by itself
      query.runs = 0;
      await stampede(nodes, query);
      expect(query.runs).toBeLessThanOrEqual(2 * nodeCount);
    }, patiently);
  });
});
