import { randomUUID } from 'node:crypto';
import { Redis, type Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisCluster } from '../../../../test/support/redis-cluster.js';
import { RedisServer } from '../../../../test/support/redis-server.js';
import type { LogFollower } from '../core/invalidation-log.js';
import { describeInvalidationLog, Notes, tagged } from '../testing/invalidation-log.suite.js';
import { cacheAddress } from '../cache-connection.js';
import { RedisInvalidationLog } from './redis-invalidation-log.js';

const patience = { timeout: 15_000 };
const monotonicMs = () => performance.now();

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
  const log = createLog(redis, namespace);
  logs.push(log);
  return log;
}

async function start<Follower extends LogFollower>(namespace: string, follower: Follower) {
  const log = logOf(namespace);
  await log.start(follower);
  await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
  return { log, follower };
}

async function onEach(urls: readonly string[], run: (admin: Redis) => Promise<unknown>): Promise<void> {
  await Promise.all(
    urls.map(async (url) => {
      const admin = new Redis(url);
      await run(admin);
      admin.disconnect();
    }),
  );
}

function createLog(over: Redis | Cluster, namespace: string): RedisInvalidationLog {
  return new RedisInvalidationLog({
    redis: over,
    namespace,
    monotonicMs,
    onStateChange: () => undefined,
  });
}

describeInvalidationLog('RedisInvalidationLog over one Redis', () => ({
  createLog: (namespace) => createLog(redis, namespace),
  flush: () => onEach([server.url], (admin) => admin.flushall()),
  cutConnections: () =>
    onEach([server.url], (admin) => admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')),
}));

describe('over three masters', () => {
  let cluster: RedisCluster;
  let connection: Redis | Cluster;
  const urls = () => cluster.masters.map(({ url }) => url);
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    connection = cacheAddress(urls());
  });
  afterAll(async () => {
    connection.disconnect();
    await cluster.stop();
  });

  describeInvalidationLog('RedisInvalidationLog over a Redis Cluster', () => ({
    createLog: (namespace) => createLog(connection, namespace),
    flush: () => onEach(urls(), (admin) => admin.flushall()),
    cutConnections: () => onEach(urls(), (admin) => admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')),
  }));
});

describe('RedisInvalidationLog', () => {
  it('reads a long past page by page, in order and once', async () => {
    const namespace = randomUUID();
    const { log } = await start(namespace, new Notes());
    for (let at = 0; at < 600; at += 1) await log.append(tagged(String(at)));
    const { follower } = await start(namespace, new Notes());
    expect(follower.tags).toEqual(Array.from({ length: 600 }, (_, at) => String(at)));
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

  it('gives up what was stored before, when nobody may have been able to write to it for a while', async () => {
    const { log, follower } = await start(randomUUID(), new Notes());
    const forgotten = follower.forgotten.length;
    server.suspend();
    await vi.waitFor(() => expect(log.isCurrent()).toBe(false), patience);
    server.resume();
    await vi.waitFor(() => expect(log.isCurrent()).toBe(true), patience);
    expect(follower.forgotten.length).toBeGreaterThan(forgotten);
  });

  it('gives up what was stored before, when it reads on from a server of another history', async () => {
    const { follower } = await start(randomUUID(), new Notes());
    const forgotten = follower.forgotten.length;
    const master = await RedisServer.start();
    // Becomes a replica of an empty server and takes over its history, on connections that stay.
    await onEach([server.url], (admin) => admin.replicaof('127.0.0.1', master.port));
    await onEach([server.url], (admin) =>
      vi.waitFor(async () => {
        expect(await admin.info('replication')).toContain('master_link_status:up');
      }, patience),
    );
    await onEach([server.url], (admin) => admin.replicaof('NO', 'ONE'));
    await vi.waitFor(() => expect(follower.forgotten.length).toBeGreaterThan(forgotten), patience);
    await master.stop();
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
