import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { Fence } from '../core/fence.js';
import type { Invalidation, LogFollower } from '../core/invalidation-log.js';
import { RedisInvalidationLog } from './redis-invalidation-log.js';

const patience = { timeout: 15_000 };
const monotonicMs = () => performance.now();

/** Writes down what it is told. */
class Notes implements LogFollower {
  readonly tags: string[] = [];
  readonly forgotten: number[] = [];
  reached = 0;

  apply({ tags }: Invalidation): void {
    this.tags.push(...tags);
  }
  reach(sequence: number): void {
    this.reached = Math.max(this.reached, sequence);
  }
  forget(before: number): void {
    this.forgotten.push(before);
  }
}

const tagged = (...tags: string[]): Invalidation => ({ changes: [], tags });

let server: RedisServer;
let redis: Redis;
const logs: RedisInvalidationLog[] = [];

beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis(server.url, { lazyConnect: true, retryStrategy: () => 50 });
  redis.on('error', () => undefined); // the server is killed on purpose
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function logOf(namespace: string): RedisInvalidationLog {
  const log = new RedisInvalidationLog({ redis, namespace, monotonicMs, onStateChange: () => undefined });
  logs.push(log);
  return log;
}

async function start<Follower extends LogFollower>(namespace: string, follower: Follower) {
  const log = logOf(namespace);
  await log.start(follower);
  await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
  return { log, follower };
}

describe('RedisInvalidationLog', () => {
  it('brings each record to every node, in one order, and to its own before append resolves', async () => {
    const namespace = randomUUID();
    const one = await start(namespace, new Notes());
    const other = await start(namespace, new Notes());
    const sequence = await one.log.append(tagged('a'));
    expect(one.follower.tags).toContain('a');
    await other.log.append(tagged('b'));
    await vi.waitFor(() => expect(other.follower.reached).toBeGreaterThan(sequence), patience);
    expect(other.follower.tags.lastIndexOf('a')).toBeLessThan(other.follower.tags.lastIndexOf('b'));
  });

  it('tells a node that starts of what was before, so that it can judge what others have stored', async () => {
    const namespace = randomUUID();
    const one = await start(namespace, new Fence());
    await one.log.append(tagged('x'));
    await vi.waitFor(() => expect(one.follower.reached).toBeGreaterThan(0), patience);
    const bornAt = one.follower.reached;
    await one.log.append(tagged('changed'));
    const late = await start(namespace, new Fence());
    const entry = (tag: string) => ({ bornAt, cells: late.follower.hold({ reads: [], tags: [tag] }) });
    expect(late.follower.isTrue(entry('unchanged'))).toBe(true);
    expect(late.follower.isTrue(entry('changed'))).toBe(false);
  });

  it('gives up what was stored before, when Redis was flushed', async () => {
    const namespace = randomUUID();
    const { log, follower } = await start(namespace, new Notes());
    await log.append(tagged('a'));
    const [before = 0] = follower.forgotten;
    await redis.flushall();
    await vi.waitFor(() => expect(follower.forgotten.at(-1)).toBeGreaterThan(before), patience);
    await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
    await log.append(tagged('b'));
    await vi.waitFor(() => expect(follower.tags.filter((tag) => tag === 'b')).toHaveLength(2), patience);
  });

  it('misses nothing when its connections are cut, and gives nothing up', async () => {
    const namespace = randomUUID();
    const one = await start(namespace, new Notes());
    const other = await start(namespace, new Notes());
    const forgotten = one.follower.forgotten.length;
    const admin = new Redis(server.url);
    for (let cut = 0; cut < 5; cut += 1) {
      await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await vi.waitFor(() => other.log.append(tagged(`after cut ${cut}`)), patience);
    }
    admin.disconnect();
    const all = Array.from({ length: 5 }, (_, cut) => `after cut ${cut}`);
    await vi.waitFor(() => expect(one.follower.tags).toEqual(all), patience);
    expect(one.follower.forgotten).toHaveLength(forgotten);
  });

  it('gives up what was stored before, when it was away for longer than the log remembers', async () => {
    const namespace = randomUUID();
    const { follower } = await start(namespace, new Notes());
    const forgotten = follower.forgotten.length;
    const key = `{${namespace}}:log`;
    const epoch = (await redis.get(`{${namespace}}:epoch`)) ?? '';
    const away = redis.multi();
    away.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    away.xadd(key, '9000000000000000-0', 'epoch', epoch, 'record', '{"changes":[],"tags":["lost"]}');
    away.xadd(key, '9000000000000001-0', 'epoch', epoch, 'record', '{"changes":[],"tags":["kept"]}');
    away.xtrim(key, 'MINID', '9000000000000001-0');
    await away.exec();
    await vi.waitFor(() => expect(follower.forgotten.length).toBeGreaterThan(forgotten), patience);
    expect(follower.forgotten.at(-1)).toBe(9_000_000_000_000_001);
  });

  it('is not current while Redis hangs, refuses records at once, and is current again when it is back', async () => {
    const { log } = await start(randomUUID(), new Notes());
    server.suspend();
    await vi.waitFor(() => expect(log.isCurrent()).toBe(false), patience);
    await expect(log.append(tagged('a'))).rejects.toMatchObject({
      code: 'INVALIDATION_NOT_LOGGED',
    });
    server.resume();
    await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
  });

  it('starts without Redis, and follows as soon as it is there', async () => {
    await server.kill();
    const log = logOf(randomUUID());
    const notes = new Notes();
    await log.start(notes);
    expect(log.isCurrent()).toBe(false);
    await server.start();
    await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
    await log.append(tagged('a'));
    expect(notes.tags).toContain('a');
  });
});
