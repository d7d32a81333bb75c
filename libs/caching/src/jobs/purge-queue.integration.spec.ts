import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { systemClock } from '@app/platform';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Test } from '@nestjs/testing';
import type { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FastlyPurger } from '../adapters/purge-fastly.js';
import { RedisPurgeLedger } from '../adapters/redis-purge-ledger.js';
import { startVendor } from '../testing/cdn-purger.suite.js';
import { startPurging, type Purging, type PurgingSetup } from '../testing/purging.js';
import type { VendorAnswer, VendorStandIn } from '../testing/vendor-stand-in.js';
import { PurgeProcessor } from './purge.processor.js';
import { PurgeQueue, purgeQueueName, type PurgeJob } from './purge-queue.js';

const done: VendorAnswer = { status: 200, body: '{}' };
const patience = { timeout: 20_000 };
const prefixes: string[] = [];
let prefix: string;

beforeEach(() => {
  prefix = `test-${randomUUID()}`;
  prefixes.push(prefix);
});
afterAll(async () => {
  const redis = new Redis(process.env['REDIS_URL'] ?? '');
  for (const each of prefixes) {
    const keys = [...(await redis.keys(`${each}:*`)), ...(await redis.keys(`{${each}}:*`))];
    if (keys.length > 0) await redis.del(...keys);
  }
  redis.disconnect();
});

const purgedIn = (vendor: VendorStandIn): string[][] =>
  vendor.calls.map(({ body }) =>
    (JSON.parse(body) as { surrogate_keys: string[] }).surrogate_keys.toSorted(),
  );

async function start(setup: Omit<PurgingSetup, 'prefix'>): Promise<Purging> {
  const purging = await startPurging({ ...setup, prefix });
  onTestFinished(() => purging.close());
  return purging;
}

async function startProcess(
  mode: 'enqueue' | 'work',
  vendorUrl: string,
  ...tags: string[]
): Promise<ChildProcess> {
  const file = new URL('../testing/purge-process.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, mode, prefix, vendorUrl, ...tags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`purge-process.mjs ${mode} ended`)));
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined); // from here on it is the test that ends it
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the purge queue', () => {
  it('sends in one call what changes within a moment, each tag once', async () => {
    const vendor = await startVendor(done);
    const { queue, ledger } = await start({ vendorUrl: vendor.url, isWorker: true });
    await Promise.all([queue.enqueue(['a', 'b']), queue.enqueue(['b', 'c']), queue.enqueue(['a'])]);
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)).toEqual([['a', 'b', 'c']]);
  });

  it('splits what is more than the CDN takes in one call', async () => {
    const vendor = await startVendor(done);
    const limits = { maxTagsPerCall: 2, burstCalls: 100, callsPerSecond: 100 };
    const { queue, ledger } = await start({ vendorUrl: vendor.url, isWorker: true, limits });
    await queue.enqueue(['a', 'b', 'c', 'd', 'e']);
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor).map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('purges again what changes while its purge is under way', async () => {
    const vendor = await startVendor('hang', done);
    const { queue, ledger } = await start({ vendorUrl: vendor.url, isWorker: true });
    await queue.enqueue(['a']);
    await vi.waitFor(() => expect(vendor.calls).toHaveLength(1), patience);
    await queue.enqueue(['a', 'b']);
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)[1]).toEqual(['a', 'b']);
  });

  it('tries again after errors and hangs until the CDN has taken it', async () => {
    const vendor = await startVendor({ status: 500 }, 'hang', { status: 503 }, done);
    const { queue, ledger } = await start({ vendorUrl: vendor.url, isWorker: true });
    await queue.enqueue(['a']);
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)).toEqual([['a'], ['a'], ['a'], ['a']]);
  });

  it('leaves the CDN alone until Retry-After is over, whatever else changes', async () => {
    const vendor = await startVendor({ status: 429, headers: { 'retry-after': '3600' } }, done);
    const { queue, ledger } = await start({ vendorUrl: vendor.url, isWorker: true });
    await queue.enqueue(['a']);
    await vi.waitFor(() => expect(vendor.calls).toHaveLength(1), patience);
    await vi.waitFor(async () => {
      await queue.enqueue(['b']);
      const limits = { maxTagsPerCall: 9, burstCalls: 9, callsPerSecond: 9, leaseMs: 9 };
      const claim = await ledger.claim('fastly', limits);
      expect(claim.kind === 'wait' && claim.waitMs).toBeGreaterThan(3_500_000);
    }, patience);
    expect(await ledger.pendingCount('fastly')).toBe(2);
    expect(vendor.calls).toHaveLength(1);
  });

  it('purges a second time after the longest time that a fetch may take', async () => {
    const vendor = await startVendor(done);
    const { queue, ledger } = await start({ vendorUrl: vendor.url, isWorker: true, longestFetchMs: 400 });
    await queue.enqueue(['a']);
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)).toEqual([['a'], ['a']]);
  });

  it('loses nothing when the process that enqueued is killed before anything was purged', async () => {
    const vendor = await startVendor(done);
    const child = await startProcess('enqueue', vendor.url, 'a', 'b');
    await kill(child);
    expect(vendor.calls).toEqual([]);
    const { ledger } = await start({ vendorUrl: vendor.url, isWorker: true });
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)).toEqual([['a', 'b']]);
  });

  it('loses nothing when the worker is killed in the middle of a call', async () => {
    const vendor = await startVendor('hang', done);
    const { queue } = await start({ vendorUrl: vendor.url, isWorker: false });
    await queue.enqueue(['a', 'b']);
    const child = await startProcess('work', vendor.url);
    await vi.waitFor(() => expect(vendor.calls).toHaveLength(1), patience);
    await kill(child);
    const { ledger } = await start({ vendorUrl: vendor.url, isWorker: true });
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('loses nothing where the jobs are gone and only the ledger is left', async () => {
    const vendor = await startVendor(done);
    const { queue, redis, ledger } = await start({ vendorUrl: vendor.url, isWorker: false });
    await queue.enqueue(['a']);
    await redis.del(...(await redis.keys(`${prefix}:*`)));
    await start({ vendorUrl: vendor.url, isWorker: true });
    await vi.waitFor(async () => expect(await ledger.pendingCount('fastly')).toBe(0), patience);
    expect(purgedIn(vendor)).toEqual([['a']]);
  });
});

describe('the purge queue inside Nest', () => {
  it('works as a provider of a module', async () => {
    const vendor = await startVendor(done);
    const redis = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null });
    const ledger = new RedisPurgeLedger(redis, prefix);
    const options = { serviceId: 'shop', apiToken: 'token', isSoft: false, apiUrl: vendor.url };
    const purger = new FastlyPurger(options, { fetch, timeoutMs: 1_000 });
    const testing = await Test.createTestingModule({
      imports: [
        BullModule.forRoot({ connection: redis, prefix }),
        BullModule.registerQueue({ name: purgeQueueName }),
      ],
      providers: [
        { provide: PurgeProcessor, useFactory: () => new PurgeProcessor([purger], ledger) },
        {
          provide: PurgeQueue,
          inject: [getQueueToken(purgeQueueName)],
          useFactory: (jobs: Queue<PurgeJob>) => new PurgeQueue(jobs, ledger, [purger.name], systemClock),
        },
      ],
    }).compile();
    await testing.init();
    onTestFinished(async () => {
      await testing.close();
      redis.disconnect();
    });
    await testing.get(PurgeQueue).enqueue(['a']);
    await vi.waitFor(() => expect(purgedIn(vendor)).toEqual([['a']]), patience);
    expect(await ledger.pendingCount('fastly')).toBe(1); // its second purge is to come
  });
});
