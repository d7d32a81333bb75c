/** Whoever writes a part of the application injects Nest's cache as Nest's documentation says, and it never holds the shop up. */
import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ReviewsModule } from '../../apps/api/src/storefront/reviews/reviews.module.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { patiently } from '../support/patiently.js';
import { RedisServer } from '../support/redis-server.js';
import { startApp, type RunningApp } from '../support/start-app.js';

@Injectable()
class ExchangeRates {
  asked = 0;

  constructor(@Inject(CACHE_MANAGER) readonly cache: Cache) {}

  async of(currency: string): Promise<number> {
    return this.cache.wrap(`rate:${currency}`, () => {
      this.asked += 1;
      return 1.25;
    });
  }
}

/** As if a feature of the shop, which imports nothing of the cache's, had it among its providers. */
async function ratesOf({ app }: RunningApp): Promise<ExchangeRates> {
  return app.select(ReviewsModule).get(ModuleRef).create(ExchangeRates);
}

/** One that is there for longer than a lease. */
async function lastingKey(client: Redis, pattern: string): Promise<string> {
  for (const key of await client.keys(pattern)) if ((await client.ttl(key)) > 60) return key;
  throw new Error(`No key ${pattern} is there to stay.`);
}

let databaseUrl: string;
let redis: RedisServer;
let here: RunningApp;
let there: RunningApp;

beforeAll(async () => {
  [databaseUrl, redis] = await Promise.all([createSeededDatabase(), RedisServer.start()]);
  const env = { REDIS_URL: redis.url };
  [here, there] = [await startApp({ databaseUrl, env }), await startApp({ databaseUrl, env })];
});

afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await Promise.all([dropDatabase(databaseUrl), redis.stop()]);
});

describe('the cache that any provider may inject', () => {
  it('has what another node has computed', async () => {
    const [one, other] = [await ratesOf(here), await ratesOf(there)];
    expect(await one.of('EUR')).toBe(1.25);
    expect(await other.of('EUR')).toBe(1.25);
    expect([one.asked, other.asked]).toEqual([1, 0]);
  });

  it('forgets on all nodes what is deleted on one', async () => {
    const [one, other] = [await ratesOf(here), await ratesOf(there)];
    await one.of('USD');
    await other.cache.del('rate:USD');
    expect(await one.cache.get('rate:USD')).toBeUndefined();
  });

  it('clears its own values and nothing else, neither jobs nor the answers of the shop', async () => {
    const { cache } = await ratesOf(here);
    await here.guest.data('{ categories { name } }');
    await cache.set('mine', 1);
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await client.set('bull:orders:1', 'a job');
    const answer = await vi.waitFor(() => lastingKey(client, '*swiftlet-cache:*'), patiently);
    await cache.clear();
    expect(await cache.get('mine')).toBeUndefined();
    expect(await client.exists('bull:orders:1', answer)).toBe(2);
  });

  it('computes for itself while Redis hangs, and when it is dead', async () => {
    const rates = await ratesOf(here);
    redis.suspend();
    expect(await rates.of('GBP')).toBe(1.25);
    redis.resume();
    await redis.kill();
    expect(await rates.of('GBP')).toBe(1.25);
    expect(rates.asked).toBe(2);
    await rates.cache.clear();
    await redis.start();
  });
});
