/** What a single Redis hides: the keys of one call lie on several masters. */
import type { Cluster } from 'ioredis';
import type { Keyv } from 'keyv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCluster } from '../../../../test/support/redis-cluster.js';
import type { SentCommands } from '../../../../test/support/redis-server.js';
import { BridgeNodes, forbiddenCommands } from '../testing/bridge.js';

let cluster: RedisCluster;
let shared: Cluster;
let watches: readonly SentCommands[];
let nodes: BridgeNodes;
let keyv: Keyv;
let errors: unknown[];
const entries = Array.from({ length: 300 }, (_, at) => ({ key: `product-${at}`, value: at }));
const keys = entries.map(({ key }) => key);

beforeAll(async () => {
  cluster = await RedisCluster.start();
  shared = await cluster.connect();
  watches = await Promise.all(cluster.masters.map((master) => master.watch()));
  nodes = new BridgeNodes(shared);
  keyv = await nodes.keyv();
  errors = [];
  keyv.on('error', (error: unknown) => errors.push(error));
});
afterAll(async () => {
  nodes.close();
  for (const watch of watches) watch.close();
  shared.disconnect();
  await cluster.stop();
});

describe('KeyvBridge over a Redis Cluster', () => {
  it('sets and reads many keys over all masters', async () => {
    expect((await keyv.setMany(entries)).every(Boolean)).toBe(true);
    expect(await keyv.getMany(keys)).toEqual(entries.map(({ value }) => value));
    expect(await keyv.hasMany(keys)).toEqual(keys.map(() => true));
    for (const count of await cluster.keyCounts()) expect(count).toBeGreaterThan(50);
  });

  it('deletes many keys over all masters', async () => {
    await keyv.setMany(entries);
    expect(await keyv.deleteMany(keys)).toBe(true);
    expect(await keyv.deleteMany(keys)).toBe(false);
    expect(await keyv.getMany(keys)).toEqual(keys.map(() => undefined));
  });

  it('clears all masters at once, for other nodes too', async () => {
    const node = await nodes.keyv();
    await keyv.setMany(entries);
    expect(await node.getMany(keys)).toEqual(entries.map(({ value }) => value));
    await keyv.clear();
    expect(await node.getMany(keys)).toEqual(keys.map(() => undefined));
    expect(await node.hasMany(keys)).toEqual(keys.map(() => false));
    await node.set('product-1', 'new');
    expect(await keyv.get('product-1')).toBe('new');
  });

  it('clears with one command to one master', async () => {
    const before = await Promise.all(watches.map(async (watch) => (await watch.all()).length));
    await keyv.clear();
    const after = await Promise.all(watches.map(async (watch) => (await watch.all()).length));
    expect(after.map((count, at) => count - (before[at] ?? 0)).toSorted()).toEqual([0, 0, 1]);
  });
});

// The last test: it looks back upon all the others.
describe('throughout', () => {
  it('nothing failed, and no master was sent a command that looks through its database or empties it', async () => {
    expect(errors).toEqual([]);
    for (const watch of watches) {
      const names = await watch.names();
      expect(names).toContain('SET');
      expect(forbiddenCommands.filter((name) => names.has(name))).toEqual([]);
    }
  });
});
