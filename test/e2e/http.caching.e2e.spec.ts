/** What HTTP promises of answers that lie ready: the same bytes, the same refusals, and nothing that a CDN could get wrong. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSeededDatabase, dropDatabase, forgetSeeding } from '../support/database.js';
import { get, ownClient, persist, type GotAnswer, type RequestHeaders } from '../support/persisted-get.js';
import { RedisServer } from '../support/redis-server.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const friend = 'https://shop.example';
const query = '{ products(first: 20, sort: NAME_ASC) { edges { node { id name sku } } } }';

let redis: RedisServer;
let databaseUrl: string;
let shop: RunningApp;
let path: string;
beforeAll(async () => {
  redis = await RedisServer.start();
  databaseUrl = await createSeededDatabase();
  await forgetSeeding(databaseUrl);
  shop = await startApp({ databaseUrl, env: { REDIS_URL: redis.url, CORS_ORIGINS: friend } });
  path = await persist(shop.url, query);
});
afterAll(async () => {
  await shop.stop();
  await dropDatabase(databaseUrl);
  await redis.stop();
});

const ask = (headers: RequestHeaders = {}, at = path, method = 'GET'): Promise<GotAnswer> =>
  get(new URL(at, shop.url), { ...ownClient, ...headers }, method);

async function hit(headers: RequestHeaders = {}, at = path): Promise<GotAnswer> {
  return vi.waitFor(async () => {
    const answer = await ask(headers, at);
    expect(answer.cacheStatus).toContain('; hit');
    return answer;
  });
}

const listOf = (value: string | undefined): string[] =>
  (value ?? '').split(',').map((name) => name.trim().toLowerCase());

describe('a GET that a web page could have made a browser send', () => {
  it.each<[string, RequestHeaders]>([
    ['without any header', {}],
    ['with an empty header', { 'apollo-require-preflight': '' }],
    ['with the content type of a form', { 'content-type': 'text/plain' }],
  ])('is refused %s, though the answer lies ready', async (_what, headers) => {
    await hit();
    const answer = await get(new URL(path, shop.url), headers);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('apollo-require-preflight');
    expect(answer.headers).toMatchObject({ 'cdn-cache-control': 'no-store' });
  });

  it.each<[string, RequestHeaders]>([
    ['the operation', { 'x-apollo-operation-name': 'Products' }],
    ['JSON', { 'content-type': 'application/json; charset=utf-8' }],
  ])('is answered from the cache where a header names %s', async (_what, headers) => {
    await hit();
    const answer = await get(new URL(path, shop.url), headers);
    expect(answer.status).toBe(200);
    expect(answer.cacheStatus).toContain('; hit');
  });

  it('differs from the others by what the answer says it varies by', async () => {
    expect(listOf((await hit()).headers.vary)).toEqual(
      expect.arrayContaining(['apollo-require-preflight', 'x-apollo-operation-name', 'content-type']),
    );
  });
});

describe('an answer that lies ready', () => {
  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ] as const)('in %s is the plain one byte for byte, under a tag of its own', async (coding, decode) => {
    const plain = await hit();
    const coded = await vi.waitFor(async () => {
      const answer = await ask({ 'accept-encoding': coding });
      expect(answer.headers['content-encoding']).toBe(coding);
      return answer;
    });
    expect(decode(coded.body).equals(plain.body)).toBe(true);
    expect(coded.headers['content-length']).toBe(String(coded.body.length));
    expect(coded.headers.etag).not.toBe(plain.headers.etag);
    expect((await ask({ 'accept-encoding': coding, 'if-none-match': coded.headers.etag ?? '' })).status).toBe(
      304,
    );
  });

  it('is the one that was made, and says how old it is', async () => {
    const other = await persist(shop.url, `query Fresh ${query}`);
    const fresh = await ask({}, other);
    const again = await hit({}, other);
    expect(fresh.cacheStatus).toContain('stored');
    expect(again.body.equals(fresh.body)).toBe(true);
    expect(again.headers.etag).toBe(fresh.headers.etag);
    expect(again.headers['content-type']).toBe(fresh.headers['content-type']);
    expect(Number(again.headers.age)).toBeGreaterThanOrEqual(0);
  });

  it('is not sent again to who has it, fresh or not', async () => {
    const { headers } = await hit();
    const held = await ask({ 'if-none-match': headers.etag ?? '' });
    expect(held).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag: headers.etag } });
    // No cache answers this one: it is made, and turns out to be what the client has.
    const fresh = await ask({ 'if-none-match': headers.etag ?? '', accept: 'application/json;q=0.9' });
    expect(fresh.cacheStatus).toContain('stored');
    expect(fresh).toMatchObject({ status: 304, body: Buffer.alloc(0), headers: { etag: headers.etag } });
  });

  it.each([
    ['stored', { accept: 'application/json;q=0.8' }],
    ['a hit', {}],
    ['not sent again', { 'if-none-match': '*' }],
  ])('varies by the origin of who asks, also when it is %s', async (_what, headers) => {
    await ask();
    const answer = await ask({ ...headers, origin: friend });
    expect(answer.headers['access-control-allow-origin']).toBe(friend);
    expect(listOf(answer.headers.vary)).toEqual(
      expect.arrayContaining(['origin', 'accept', 'accept-encoding']),
    );
    expect(new Set(listOf(answer.headers.vary)).size).toBe(listOf(answer.headers.vary).length);
    const stranger = await ask({ ...headers, origin: 'https://evil.example' });
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
    expect(listOf(stranger.headers.vary)).toContain('origin');
  });

  it('is made anew for who asks for that, and for who has seen more than this node', async () => {
    await hit();
    expect((await ask({ 'cache-control': 'no-cache' })).cacheStatus).not.toContain('; hit');
    const ahead = await ask({ 'x-swiftlet-seen': String(Number.MAX_SAFE_INTEGER) });
    expect(ahead.cacheStatus).not.toContain('; hit');
    expect(listOf((await hit()).headers.vary)).toContain('x-swiftlet-seen');
  });

  it('has no HEAD, like any other answer', async () => {
    await hit();
    const answer = await ask({}, path, 'HEAD');
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, POST');
  });
});

describe('without a CDN', () => {
  it.each([
    ['stored', { accept: 'application/json;q=0.7' }],
    ['a hit', {}],
    ['passed by', { 'cache-control': 'no-store' }],
  ])('an answer that is %s tells CDNs to keep nothing', async (_what, headers) => {
    await ask();
    const answer = await ask(headers);
    expect(answer.headers).toMatchObject({ 'cdn-cache-control': 'no-store' });
    expect(answer.headers).not.toHaveProperty('xkey');
    expect(answer.headers['cache-control'] ?? '').not.toContain('s-maxage');
  });
});

describe('with the cache turned off', () => {
  it('every answer is made, and is the same', async () => {
    const plain = await startApp({ databaseUrl, env: { REDIS_URL: redis.url, CACHE_ENABLED: 'false' } });
    try {
      const url = new URL(await persist(plain.url, query), plain.url);
      await get(url);
      const answer = await get(url);
      expect(answer.status).toBe(200);
      expect(answer.cacheStatus).toBe('');
      expect(answer.body.equals((await hit()).body)).toBe(true);
    } finally {
      await plain.stop();
    }
  });
});

describe('a picture of a product', () => {
  let url: URL;
  beforeAll(async () => {
    const { products } = await shop.guest.data<{
      products: { edges: { node: { images: { url: string }[] } }[] };
    }>('{ products(first: 100) { edges { node { images { url } } } } }');
    const [image] = products.edges.flatMap(({ node }) => node.images);
    url = new URL(image?.url ?? '', shop.url);
  });

  it('may be kept for ever by everybody', async () => {
    const answer = await get(url, {});
    expect(answer.status).toBe(200);
    expect(answer.body.length).toBeGreaterThan(0);
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'cdn-cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringMatching(/^image\//) as string,
      'content-length': String(answer.body.length),
    });
    expect(url.pathname).toContain((answer.headers.etag ?? '').replaceAll('"', ''));
  });

  it('is not sent again to who has it, and has a head', async () => {
    const { headers, body } = await get(url, {});
    for (const held of [headers.etag ?? '', `W/${headers.etag ?? ''}`, `"other", ${headers.etag ?? ''}`, '*'])
      expect(await get(url, { 'if-none-match': held })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200);
    const head = await get(url, {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(head.headers['content-length']).toBe(String(body.length));
  });

  it('is whole, also for who wants a part', async () => {
    const { body } = await get(url, {});
    const answer = await get(url, { range: 'bytes=0-3' });
    expect(answer.status).toBe(200);
    expect(answer.body.equals(body)).toBe(true);
  });
});
