import { once } from 'node:events';
import { Redis, type Cluster } from 'ioredis';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort } from '../../../test/support/api-process.js';
import { patiently } from '../../../test/support/patiently.js';
import { RedisServer } from '../../../test/support/redis-server.js';
import { awaitConnection, cacheAddress, openCacheConnection } from './cache-connection.js';

async function open(): Promise<{ server: RedisServer; connection: Redis | Cluster }> {
  const server = await RedisServer.start();
  const shared = new Redis(server.url, { lazyConnect: true, retryStrategy: () => 20 });
  const connection = openCacheConnection(shared);
  onTestFinished(async () => {
    connection.disconnect();
    await server.stop();
  });
  return { server, connection };
}

describe('openCacheConnection', () => {
  it('never sends later what it could not send at once', async () => {
    const { server, connection } = await open();
    await awaitConnection(connection, 10_000);
    server.suspend();
    connection.disconnect(true);
    await once(connection, 'connect'); // accepted, and not answered until the server goes on
    const outcome = connection.set('late', 1).catch(() => 'refused');
    server.resume();
    expect(await outcome).toBe('refused');
    await vi.waitFor(() => connection.ping(), patiently);
    expect(await connection.get('late')).toBeNull();
  });

  it('lets an application start without Redis, and finds it later', async () => {
    const { server, connection } = await open();
    await server.kill();
    await awaitConnection(connection, 10_000);
    await server.start();
    expect(await vi.waitFor(() => connection.ping(), patiently)).toBe('PONG');
  });

  it('does not wait for a Redis that accepts and never answers', async () => {
    const { server, connection } = await open();
    server.suspend();
    await awaitConnection(connection, 50);
    server.resume();
    expect(await vi.waitFor(() => connection.ping(), patiently)).toBe('PONG');
  });
});

/** Of a cluster in which nobody else has told it its own address. */
async function startLoneMaster(): Promise<RedisServer> {
  const bus = ['--cluster-port', String(await freePort()), '--cluster-announce-ip', '127.0.0.1'];
  return RedisServer.start('--cluster-enabled', 'yes', ...bus);
}

describe('awaitConnection', () => {
  it('is over when a cluster answers that was not complete at first', async () => {
    const server = await startLoneMaster();
    const admin = new Redis(server.url);
    const connection = openCacheConnection(cacheAddress([server.url, server.url]));
    onTestFinished(async () => {
      connection.disconnect();
      admin.disconnect();
      await server.stop();
    });
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_382);
    const begunAgain = new Promise((resolve) => connection.once('reconnecting', resolve));
    const connected = awaitConnection(connection, 600_000);
    await begunAgain;
    await admin.call('CLUSTER', 'ADDSLOTS', 16_383);
    await expect(connected).resolves.toBeUndefined();
  });
});
