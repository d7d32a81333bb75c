import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisServer, type SentCommands } from '../../../../test/support/redis-server.js';
import { BridgeNodes, forbiddenCommands } from '../testing/bridge.js';
import { longestTtlMs, type KeyvBridge } from './keyv-bridge.js';

let server: RedisServer;
let redis: Redis;
let sent: SentCommands;
let nodes: BridgeNodes;
let bridge: KeyvBridge;
let keyv: Keyv;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis(server.url);
  sent = await server.watch();
  nodes = new BridgeNodes(redis);
});
afterAll(async () => {
  nodes.close();
  sent.close();
  redis.disconnect();
  await server.stop();
});
let spaces = 0;
beforeEach(async () => {
  spaces += 1;
  bridge = await nodes.bridge();
  keyv = new Keyv({ store: bridge, namespace: `space-${spaces}`, useKeyPrefix: false });
});

async function another(namespace = `space-${spaces}`): Promise<Keyv> {
  return nodes.keyv(namespace);
}

const pttl = (key: string) => redis.pttl(`test:value:space-${spaces}:${key}`);

describe('KeyvBridge', () => {
  it('gives back what was set, on every node', async () => {
    expect(await keyv.set('a', { price: 1 })).toBe(true);
    expect(await keyv.get('a')).toEqual({ price: 1 });
    expect(await (await another()).get('a')).toEqual({ price: 1 });
  });

  it('has nothing of what was never set', async () => {
    expect(await keyv.get('a')).toBeUndefined();
    expect(await keyv.has('a')).toBe(false);
    expect(await keyv.delete('a')).toBe(false);
    expect(await keyv.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  });

  it.each([0, '', false, null, undefined, Number.NaN])('has %o once it was set', async (value) => {
    await keyv.set('a', value);
    expect(await keyv.has('a')).toBe(true);
    expect(await keyv.hasMany(['a', 'b'])).toEqual([true, false]);
  });

  it('keeps null apart from absence, so that "there is none" can be cached', async () => {
    await keyv.set('a', null);
    expect(await keyv.get('a')).toBeNull();
  });

  it('deletes once', async () => {
    await keyv.set('a', 1);
    expect(await keyv.delete('a')).toBe(true);
    expect(await keyv.delete('a')).toBe(false);
    expect(await keyv.has('a')).toBe(false);
    expect(await keyv.get('a')).toBeUndefined();
  });

  it('sets, reads and deletes many, in order', async () => {
    const entries = ['a', 'b', 'c'].map((key, at) => ({ key, value: at }));
    expect(await keyv.setMany(entries)).toEqual([true, true, true]);
    expect(await keyv.getMany(['c', 'missing', 'a'])).toEqual([2, undefined, 0]);
    expect(await keyv.deleteMany(['a', 'b'])).toBe(true);
    expect(await keyv.deleteMany(['a', 'c'])).toBe(false);
    expect(await keyv.getMany(['a', 'b', 'c'])).toEqual([undefined, undefined, undefined]);
  });

  it('takes lists that are longer than a batch, and empty ones', async () => {
    const entries = Array.from({ length: 1_203 }, (_, at) => ({ key: `k${at}`, value: at }));
    expect((await keyv.setMany(entries)).every(Boolean)).toBe(true);
    expect(await keyv.getMany(entries.map(({ key }) => key))).toEqual(entries.map(({ value }) => value));
    expect(await keyv.deleteMany(entries.map(({ key }) => key))).toBe(true);
    expect(await keyv.getMany([])).toEqual([]);
    expect(await keyv.setMany([])).toEqual([]);
    expect(await keyv.deleteMany([])).toBe(true);
  });

  it('keeps keys apart that only look alike', async () => {
    const keys = [
      'a',
      `space-${spaces}:a`,
      ':a',
      'a:',
      '',
      '{a}',
      'ä',
      'a\u0308',
      '\ud800',
      '\ud801',
      '"\\ud800"',
    ];
    for (const key of keys) await keyv.set(key, `value of ${key}`);
    for (const key of keys) expect(await keyv.get(key)).toBe(`value of ${key}`);
    expect(await keyv.getMany(keys)).toEqual(keys.map((key) => `value of ${key}`));
  });

  it('offers no iterator, as that would have to look through the whole Redis', () => {
    expect(keyv.iterator).toBeUndefined();
  });

  it('refuses what Keyv was told not to serialise, and forgets the value before it', async () => {
    const bare = new Keyv({ store: bridge, namespace: `space-${spaces}`, useKeyPrefix: false });
    await bare.set('a', 1);
    const errors: unknown[] = [];
    bare.on('error', (error) => errors.push(error));
    bare.serialize = undefined;
    expect(await bare.set('a', 2)).toBe(false);
    expect(await keyv.get('a')).toBeUndefined();
    expect(errors).toMatchObject([
      { code: 'CACHE_STORE_FAILED', cause: { code: 'CACHE_VALUE_NOT_SERIALISED' } },
    ]);
  });

  it('takes what somebody else wrote under its keys for a miss', async () => {
    await keyv.set('a', 1);
    const valueKey = `test:value:space-${spaces}:a`;
    for (const foreign of [
      '',
      'no json',
      '"text"',
      '5',
      '"_function_f|()=>1"',
      '{"_constructor-name_":"X"}',
    ]) {
      await redis.set(valueKey, foreign);
      expect(await keyv.get('a')).toBeUndefined();
      expect(await keyv.has('a')).toBe(false);
    }
  });
});

describe('time to live', () => {
  it('is in milliseconds, and Redis removes the value itself', async () => {
    await keyv.set('a', 1, 60_000);
    expect(await pttl('a')).toBeGreaterThan(50_000);
    expect(await pttl('a')).toBeLessThanOrEqual(60_000);
  });

  it.each([undefined, 0, Number.POSITIVE_INFINITY, 1e300])(
    'of %o is as long as the bridge keeps anything',
    async (ttl) => {
      await keyv.set('a', 1, ttl);
      expect(await keyv.get('a')).toBe(1);
      expect(await pttl('a')).toBeGreaterThan(longestTtlMs - 60_000);
      expect(await pttl('a')).toBeLessThanOrEqual(longestTtlMs);
    },
  );

  it('may be a fraction', async () => {
    expect(await keyv.set('a', 1, 60_000.5)).toBe(true);
    expect(await keyv.get('a')).toBe(1);
  });

  it('that is over already removes what was there', async () => {
    await keyv.set('a', 1);
    expect(await keyv.set('a', 2, -5)).toBe(true);
    expect(await redis.exists(`test:value:space-${spaces}:a`)).toBe(0);
  });

  it('is each entry’s own in setMany', async () => {
    await keyv.setMany([
      { key: 'a', value: 1, ttl: 60_000 },
      { key: 'b', value: 2 },
    ]);
    expect(await pttl('a')).toBeLessThanOrEqual(60_000);
    expect(await pttl('b')).toBeGreaterThan(60_000);
  });
});

describe('clear()', () => {
  it('takes away everything of its namespace, and nothing else', async () => {
    const other = await another(`other-${spaces}`);
    await redis.set('bull:jobs:1', 'a job');
    await keyv.set('a', 1);
    await other.set('a', 2);
    await keyv.clear();
    expect(await keyv.get('a')).toBeUndefined();
    expect(await keyv.has('a')).toBe(false);
    expect(await keyv.delete('a')).toBe(false);
    expect(await other.get('a')).toBe(2);
    expect(await redis.get('bull:jobs:1')).toBe('a job');
  });

  it('is seen at once by a node that has read and written before', async () => {
    const node = await another();
    await node.set('a', 'old');
    expect(await node.get('a')).toBe('old');
    await keyv.clear();
    expect(await node.get('a')).toBeUndefined();
    expect(await node.getMany(['a'])).toEqual([undefined]);
    expect(await node.has('a')).toBe(false);
  });

  it('does not swallow what is set after it by a node that has not heard of it', async () => {
    const node = await another();
    await node.set('a', 'old');
    await keyv.clear();
    expect(await node.set('a', 'new')).toBe(true);
    expect(await keyv.get('a')).toBe('new');
    expect(await node.setMany([{ key: 'b', value: 'new' }])).toEqual([true]);
    expect(await keyv.get('b')).toBe('new');
  });

  it('sends one command, however much there is', async () => {
    await keyv.setMany(Array.from({ length: 1_000 }, (_, at) => ({ key: `k${at}`, value: at })));
    const before = (await sent.all()).length;
    await keyv.clear();
    expect((await sent.all()).slice(before).map(([name, key]) => [name, key])).toEqual([
      ['SET', `test:generation:space-${spaces}`],
    ]);
  });

  it('cannot be undone by the loss of the generation', async () => {
    await keyv.set('a', 'first');
    await keyv.clear();
    await keyv.set('a', 'second');
    await redis.del(`test:generation:space-${spaces}`);
    expect(await keyv.get('a')).toBeUndefined();
    expect(await keyv.set('b', 1)).toBe(true);
    expect(await keyv.get('a')).toBeUndefined();
    expect(await keyv.get('b')).toBe(1);
  });

  it('heals a generation that somebody has overwritten', async () => {
    await keyv.set('a', 1);
    await redis.set(`test:generation:space-${spaces}`, '"nonsense"');
    expect(await keyv.get('a')).toBeUndefined();
    expect(await keyv.set('a', 1)).toBe(false);
    await keyv.clear();
    expect(await keyv.set('a', 1)).toBe(true);
  });

  it('never lets a value from before it be read after it, with many nodes at once', async () => {
    const others = await Promise.all([another(), another(), another()]);
    for (let round = 0; round < 50; round += 1) {
      const writes = others.map((node, at) => node.set('a', { round, at }));
      await Promise.all([...writes, others[0]?.get('a')]);
      await keyv.clear();
      const reads = await Promise.all(others.map((node) => node.get('a')));
      expect(reads).toEqual([undefined, undefined, undefined]);
    }
  });

  it('agrees on one generation when all nodes begin at once', async () => {
    const others = await Promise.all([another(), another(), another(), another()]);
    await Promise.all(others.map((node, at) => node.set(`k${at}`, at)));
    for (const node of others) expect(await node.getMany(['k0', 'k1', 'k2', 'k3'])).toEqual([0, 1, 2, 3]);
  });
});

describe('round trips', () => {
  it('are one for get: the generation and the value are asked for together', async () => {
    await keyv.set('a', 1);
    const before = (await sent.all()).length;
    await keyv.get('a');
    expect((await sent.all()).slice(before).map(([name]) => name)).toEqual(['GET', 'GET']);
  });

  it('are one for set too, once the generation was seen', async () => {
    await keyv.set('a', 1);
    const before = (await sent.all()).length;
    await keyv.set('a', 2);
    expect((await sent.all()).slice(before).map(([name]) => name)).toEqual(['GET', 'SET']);
  });

  it('do not carry the value when only its presence is asked for', async () => {
    await keyv.set('a', 'x'.repeat(1_000_000));
    const before = (await sent.all()).length;
    await keyv.has('a');
    await keyv.delete('a');
    expect((await sent.all()).slice(before).map(([name]) => name)).toEqual([
      'GET',
      'GETRANGE',
      'GET',
      'GETRANGE',
      'DEL',
    ]);
  });
});

// The last test: it looks back upon all the others.
describe('throughout', () => {
  it('no command was sent that looks through a whole database or empties it', async () => {
    const names = await sent.names();
    expect(names).toContain('SET');
    expect(forbiddenCommands.filter((name) => names.has(name))).toEqual([]);
  });
});
