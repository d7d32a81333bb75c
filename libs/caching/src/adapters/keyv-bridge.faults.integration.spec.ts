/** What callers see of a Redis that is dead, hung, full, or back again; and what it may not bring back with it. */
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { patiently } from '../../../../test/support/patiently.js';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { BridgeNodes, breakerOptions } from '../testing/bridge.js';
import type { KeyvBridge } from './keyv-bridge.js';

let server: RedisServer;
let shared: Redis;
let nodes: BridgeNodes;
let bridge: KeyvBridge;
let keyv: Keyv;
let errors: { code?: string }[];
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeAll(() => void process.on('unhandledRejection', onRejection));
afterAll(() => void process.off('unhandledRejection', onRejection));
beforeEach(async () => {
  server = await RedisServer.start();
  shared = new Redis(server.url, { retryStrategy: () => 20 });
  shared.on('error', () => undefined);
  nodes = new BridgeNodes(shared);
  bridge = await nodes.bridge();
  keyv = new Keyv({ store: bridge, namespace: 'app', useKeyPrefix: false });
  errors = [];
  keyv.on('error', (error: { code?: string }) => errors.push(error));
});
afterEach(async () => {
  nodes.close();
  shared.disconnect();
  await server.stop();
});

async function expectEveryOperationToGoOnWithoutRedis(): Promise<void> {
  expect(await keyv.get('a')).toBeUndefined();
  expect(await keyv.set('a', 1)).toBe(false);
  expect(await keyv.has('a')).toBe(false);
  expect(await keyv.delete('a')).toBe(false);
  expect(await keyv.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  expect(await keyv.setMany([{ key: 'a', value: 1 }])).toEqual([false]);
  expect(await keyv.deleteMany(['a', 'b'])).toBe(false);
  expect(await keyv.clear()).toBeUndefined();
}

/** Time passes until the breaker probes; the connection comes back in its own time. */
async function untilItAnswers(): Promise<void> {
  await vi.waitFor(async () => {
    nodes.nowMs += breakerOptions.probeAfterMs;
    if (!(await keyv.set('probe', 1))) throw new Error('Redis is not back.');
  }, patiently);
}

async function hang(): Promise<void> {
  server.suspend();
  onTestFinished(() => server.resume());
}

describe.each([
  ['dead', () => server.kill()],
  ['hung', hang],
])('a %s Redis', (_name, hurt) => {
  it('answers misses and false, and tells each failure until the circuit opens', async () => {
    await keyv.set('a', 1);
    await hurt();
    await expectEveryOperationToGoOnWithoutRedis();
    expect(errors).toHaveLength(breakerOptions.failuresToOpen);
    for (const error of errors) expect(error.code).toBe('CACHE_STORE_FAILED');
  });

  it('answers many callers at once', async () => {
    await hurt();
    const reads = await Promise.all(Array.from({ length: 500 }, (_, at) => keyv.get(`k${at}`)));
    expect(reads.every((value) => value === undefined)).toBe(true);
  });

  it('is left alone while the circuit is open, except for one probe at a time', async () => {
    await hurt();
    await expectEveryOperationToGoOnWithoutRedis();
    errors.length = 0;
    await Promise.all(Array.from({ length: 100 }, () => keyv.get('a')));
    expect(errors).toHaveLength(0);
    nodes.nowMs += breakerOptions.probeAfterMs;
    await Promise.all(Array.from({ length: 100 }, () => keyv.get('a')));
    expect(errors).toHaveLength(1);
  });
});

describe('a Redis that comes back', () => {
  it('serves again after it was dead', async () => {
    await server.kill();
    await expectEveryOperationToGoOnWithoutRedis();
    await server.start();
    await untilItAnswers();
    expect(await keyv.set('a', 2)).toBe(true);
    expect(await keyv.get('a')).toBe(2);
  });

  it('serves again after it hung', async () => {
    await keyv.set('kept', 1);
    server.suspend();
    for (let reads = 0; reads < 5; reads += 1) expect(await keyv.get('kept')).toBeUndefined();
    server.resume();
    await untilItAnswers();
    expect(await keyv.get('kept')).toBe(1);
  });

  it('does not serve what was deleted meanwhile', async () => {
    await keyv.set('a', 'old');
    server.suspend();
    expect(await keyv.delete('a')).toBe(false);
    server.resume();
    await untilItAnswers();
    expect(await keyv.get('a')).toBeUndefined();
    expect(await (await nodes.keyv()).get('a')).toBeUndefined();
  });

  it('does not serve what a failed set should have replaced, even if it arrives late', async () => {
    await keyv.set('a', 'old');
    server.suspend();
    expect(await keyv.set('a', 'new')).toBe(false);
    for (let reads = 0; reads < 3; reads += 1) await keyv.get('a');
    expect(await keyv.set('b', 'refused by the open circuit')).toBe(false);
    server.resume();
    await untilItAnswers();
    expect(await keyv.get('a')).toBeUndefined();
    expect(await (await nodes.keyv()).get('a')).toBeUndefined();
  });

  it('does not serve what was cleared meanwhile', async () => {
    await keyv.set('a', 'old');
    await keyv.set('b', 'old');
    server.suspend();
    await keyv.clear();
    server.resume();
    await untilItAnswers();
    expect(await keyv.getMany(['a', 'b'])).toEqual([undefined, undefined]);
  });

  it('does not serve what was cleared while the circuit was open', async () => {
    await keyv.set('a', 'old');
    server.suspend();
    for (let reads = 0; reads < 3; reads += 1) await keyv.get('a');
    await keyv.clear();
    server.resume();
    await untilItAnswers();
    expect(await keyv.get('a')).toBeUndefined();
    expect(await (await nodes.keyv()).get('a')).toBeUndefined();
  });

  it('does not serve what was deleted while the circuit was open, however much that was', async () => {
    const entries = Array.from({ length: 1_500 }, (_, at) => ({ key: `k${at}`, value: at }));
    const keys = entries.map(({ key }) => key);
    await keyv.setMany(entries);
    server.suspend();
    for (let reads = 0; reads < 3; reads += 1) await keyv.get('a');
    await keyv.deleteMany(keys);
    server.resume();
    await untilItAnswers();
    expect(await keyv.getMany(keys)).toEqual(keys.map(() => undefined));
  });

  it('serves a new connection after all were cut', async () => {
    await keyv.set('a', 1);
    await shared.client('KILL', 'TYPE', 'normal', 'SKIPME', 'no').catch(() => undefined);
    await untilItAnswers();
    expect(await keyv.get('a')).toBe(1);
  });
});

describe('a Redis that says no', () => {
  it('is no outage: what is refused is told, and reads go on', async () => {
    await keyv.set('a', 1);
    await shared.config('SET', 'maxmemory', '1');
    for (let writes = 0; writes < 10; writes += 1) expect(await keyv.set('b', 1)).toBe(false);
    expect(errors).toHaveLength(10);
    expect(await keyv.get('a')).toBe(1);
    await shared.config('SET', 'maxmemory', '0');
    expect(await keyv.set('b', 1)).toBe(true);
  });
});

describe('without anybody who listens for errors', () => {
  it('fails as quietly', async () => {
    await server.kill();
    bridge.removeAllListeners('error');
    expect(await bridge.get('a')).toBeUndefined();
  });
});

// The last test: it looks back upon all the others.
describe('throughout', () => {
  it('no promise was rejected unheard', () => {
    expect(rejections).toEqual([]);
  });
});
