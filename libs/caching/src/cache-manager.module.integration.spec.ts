import { randomUUID } from 'node:crypto';
import { PlatformLogger } from '@app/platform';
import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RedisServer } from '../../../test/support/redis-server.js';
import { CacheManagerModule } from './cache-manager.module.js';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

async function open(redisUrl: string | undefined): Promise<{ cache: Cache; nest: TestingModule }> {
  @Global()
  @Module({
    providers: [{ provide: PlatformLogger, useValue: { warn: () => undefined } }],
    exports: [PlatformLogger],
  })
  class Surroundings {}
  const imports = [Surroundings, CacheManagerModule.forRoot({ redisUrl })];
  const nest = await Test.createTestingModule({ imports }).compile();
  await nest.init();
  return { cache: nest.get<Cache>(CACHE_MANAGER, { strict: false }), nest };
}

const openOverRedis = () => open(server.url);

describe.each([
  ['Redis', openOverRedis],
  ['memory', () => open(undefined)],
])('CACHE_MANAGER over %s', (_name, openCache) => {
  it('sets, reads, wraps and deletes', async () => {
    const { cache, nest } = await openCache();
    const key = `test-${randomUUID()}`;
    await cache.set(key, { price: 1 });
    expect(await cache.get(key)).toEqual({ price: 1 });
    expect(await cache.mget([key, `${key}-missing`])).toEqual([{ price: 1 }, undefined]);
    let loads = 0;
    const load = () => (loads += 1);
    const wrapped = `${key}-wrapped`;
    expect([await cache.wrap(wrapped, load), await cache.wrap(wrapped, load)]).toEqual([1, 1]);
    await cache.mdel([key, wrapped]);
    expect(await cache.get(key)).toBeUndefined();
    await nest.close();
  });

  it('gives everything a time to live', async () => {
    const { cache, nest } = await openCache();
    const key = `test-${randomUUID()}`;
    await cache.set(key, 1);
    expect(await cache.ttl(key)).toBeTypeOf('number');
    await cache.del(key);
    await nest.close();
  });

  it('hands out no object that a reader could change for the next one', async () => {
    const { cache, nest } = await openCache();
    const key = `test-${randomUUID()}`;
    await cache.set(key, { price: 1 });
    const read = await cache.get<{ price: number }>(key);
    if (read !== undefined) read.price = 2;
    expect(await cache.get(key)).toEqual({ price: 1 });
    await cache.del(key);
    await nest.close();
  });
});

describe('CACHE_MANAGER over Redis', () => {
  it('leaves everything else in Redis alone when it is cleared', async () => {
    const { cache, nest } = await openOverRedis();
    const redis = new Redis(server.url);
    const key = `test-${randomUUID()}`;
    await redis.set(key, 'a job');
    await cache.set(key, 1);
    await cache.clear();
    expect(await cache.get(key)).toBeUndefined();
    expect(await redis.getdel(key)).toBe('a job');
    redis.disconnect();
    await nest.close();
  });

  it('is there when Redis is not', async () => {
    const { cache, nest } = await open('redis://127.0.0.1:1');
    await cache.set('a', 1);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.wrap('a', () => 'computed')).toBe('computed');
    await nest.close();
  });

  it('does not wait for a Redis that accepts and never answers', async () => {
    const hung = await RedisServer.start();
    onTestFinished(() => hung.stop());
    const { cache, nest } = await open(hung.url);
    await cache.set('a', 1);
    hung.suspend();
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.wrap('a', () => 'computed')).toBe('computed');
    await cache.set('a', 2);
    await cache.del('a');
    await cache.clear();
    hung.resume();
    await nest.close();
  });

  it('takes an address that is none for what it is', () => {
    expect(() => CacheManagerModule.forRoot({ redisUrl: 'http://127.0.0.1' })).toThrow('redisUrl');
  });
});
