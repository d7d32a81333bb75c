/** The whole shop behind a real Varnish: what may be kept is kept, and a change is seen through it within a second. */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireVarnish, startVarnish, type Varnish } from '../../libs/caching/src/testing/varnish.js';
import { parseNodeId } from '../../apps/api/src/graphql/relay/node-id.js';
import { signInAs, signUp } from '../support/accounts.js';
import { freePort } from '../support/api-process.js';
import { createSeededDatabase, dropDatabase, forgetSeeding } from '../support/database.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { patiently } from '../support/patiently.js';
import { get, persist } from '../support/persisted-get.js';
import { RedisServer } from '../support/redis-server.js';
import {
  isHit,
  productQuery,
  productsOfCategories,
  repriceMutation,
  ThroughVarnish,
} from '../support/shop-behind-varnish.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const listQuery = `query ($id: ID!) { products(first: 5, sort: NAME_ASC, filter: { categoryId: $id }) {
  edges { node { id name price { amount } } } } }`;
const longQuery = '{ products(first: 50, sort: NAME_ASC) { edges { node { id name sku } } } }';
const withinASecond = { timeout: 1_000, interval: 20 };
const friend = 'https://shop.example';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const availability = await requireVarnish();
const reason = availability.kind === 'missing' ? ` (skipped: ${availability.reason})` : '';

describe.skipIf(availability.kind === 'missing')(`the shop behind Varnish${reason}`, () => {
  let redis: RedisServer;
  let databaseUrl: string;
  let varnish: Varnish;
  let shop: RunningApp;
  let staff: GraphqlClient;
  let shopper: ThroughVarnish;
  /** One product of each category: every test takes its own, because each is purged a second time later on. */
  let goods: { product: string; category: string }[];
  const taken = () => goods.pop() ?? { product: '', category: '' };

  beforeAll(async () => {
    redis = await RedisServer.start();
    databaseUrl = await createSeededDatabase();
    await forgetSeeding(databaseUrl);
    const port = await freePort();
    varnish = await startVarnish(port);
    const cdn = { CDN_PURGE: 'varnish', CDN_VARNISH_URLS: varnish.url.href };
    shop = await startApp({ databaseUrl, port, env: { REDIS_URL: redis.url, CORS_ORIGINS: friend, ...cdn } });
    staff = await signInAs(shop, 'staff');
    shopper = new ThroughVarnish(varnish.url, shop.url);
    goods = await productsOfCategories(shop.dataSource);
  });
  afterAll(async () => {
    await shop?.stop();
    await varnish?.close();
    await dropDatabase(databaseUrl);
    await redis?.stop();
  });

  const bodyOf = async (path: string) => (await shopper.ask(path)).body.toString();

  it('answers a stock client’s persisted GET without the API', async () => {
    const statuses: string[] = [];
    const recording: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.headers.get('cache-status') ?? '');
      return response;
    };
    const client = new ApolloClient({
      link: ApolloLink.from([
        new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
        new HttpLink({
          uri: new URL('/graphql', varnish.url).href,
          fetch: recording,
          headers: { 'apollo-require-preflight': '1' },
        }),
      ]),
      cache: new InMemoryCache(),
    });
    const query = gql(productQuery);
    const variables = { id: taken().product };
    for (let at = 0; at < 3; at += 1) {
      const { data } = await client.query({ query, variables, fetchPolicy: 'network-only' });
      expect(data).toMatchObject({ product: { id: variables.id } });
    }
    client.stop();
    // Unknown by its hash, taught by POST, asked for by GET, and kept.
    expect(statuses).toHaveLength(4);
    expect(statuses.at(-1)).toContain('varnish; hit');
  });

  it('shows a new price within a second, and keeps what the change does not concern', async () => {
    const [lamp, chair] = [taken(), taken()];
    const lampPath = await shopper.keep(productQuery, { id: lamp.product });
    const lampsPath = await shopper.keep(listQuery, { id: lamp.category });
    const chairPath = await shopper.keep(productQuery, { id: chair.product });
    const chairsPath = await shopper.keep(listQuery, { id: chair.category });
    await staff.data(repriceMutation, { id: lamp.product, price: 123_456 });
    await vi.waitFor(async () => expect(await bodyOf(lampPath)).toContain('123456'), withinASecond);
    expect(isHit(await shopper.ask(lampsPath))).toBe(false);
    expect(isHit(await shopper.ask(chairPath))).toBe(true);
    expect(isHit(await shopper.ask(chairsPath))).toBe(true);
  });

  it('shows what somebody has written past the API', async () => {
    const { product } = taken();
    const path = await shopper.keep(productQuery, { id: product });
    const stranger = new pg.Client({ connectionString: databaseUrl });
    await stranger.connect();
    await stranger.query('UPDATE products SET price_minor = 765432 WHERE id = $1', [
      parseNodeId(product)?.key,
    ]);
    await stranger.end();
    await vi.waitFor(async () => expect(await bodyOf(path)).toContain('765432'), patiently);
  });

  it('never keeps an answer that has looked at who asks', async () => {
    const path = await persist(shop.url, '{ me { id } }');
    const { client, customerId } = await signUp(shop);
    const authorization = `Bearer ${client.accessToken ?? ''}`;
    for (let at = 0; at < 3; at += 1) {
      const own = await shopper.ask(path, { authorization });
      expect(own.cacheStatus).toContain('varnish; fwd=bypass');
      expect(own.body.toString()).toContain(customerId);
      const guest = await shopper.ask(path);
      expect(guest.cacheStatus).toContain('varnish; fwd=bypass');
      expect(guest.body.toString()).not.toContain(customerId);
    }
  });

  it('never keeps what changes things, nor what was sent by POST', async () => {
    const answers = [0, 1].map(() =>
      fetch(new URL('/graphql', varnish.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: longQuery }),
      }),
    );
    for (const answer of await Promise.all(answers)) {
      expect(answer.headers.get('cache-status')).not.toContain('varnish; hit');
      expect(answer.headers.get('cache-status')).not.toContain('stored, varnish; fwd=miss');
    }
  });

  it('refuses what a web page could have made a browser send, though it holds the answer', async () => {
    const path = await shopper.keep(productQuery, { id: taken().product });
    const forged = await get(new URL(path, varnish.url), {});
    expect(forged.status).toBe(400);
    expect(forged.body.toString()).toContain('apollo-require-preflight');
    expect(isHit(await shopper.ask(path))).toBe(true);
  });

  it('asks the API for those who have written', async () => {
    const path = await shopper.keep(productQuery, { id: taken().product });
    const answer = await shopper.ask(path, { 'x-swiftlet-seen': '1' });
    expect(answer).toMatchObject({
      status: 200,
      cacheStatus: expect.stringContaining('varnish; fwd=bypass') as string,
    });
    expect(isHit(await shopper.ask(path))).toBe(true);
  });

  it('keeps an answer for each origin that may read it', async () => {
    const path = await shopper.keep(productQuery, { id: taken().product });
    for (const origin of [friend, 'https://evil.example']) {
      await shopper.ask(path, { origin });
      const kept = await shopper.ask(path, { origin });
      expect(isHit(kept)).toBe(true);
      expect(kept.headers['access-control-allow-origin']).toBe(origin === friend ? friend : undefined);
    }
  });

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ] as const)(
    'keeps the answer in %s, the plain one byte for byte, and answers 304 to who has it',
    async (coding, decode) => {
      const path = await persist(shop.url, longQuery);
      const plain = await shopper.ask(path);
      await shopper.ask(path, { 'accept-encoding': coding });
      const coded = await shopper.ask(path, { 'accept-encoding': coding });
      expect(isHit(coded)).toBe(true);
      expect(coded.headers['content-encoding']).toBe(coding);
      expect(decode(coded.body).equals(plain.body)).toBe(true);
      const held = { 'accept-encoding': coding, 'if-none-match': coded.headers.etag ?? '' };
      expect((await shopper.ask(path, held)).status).toBe(304);
    },
  );

  it('keeps pictures without being told how to forget them', async () => {
    const { products } = await shop.guest.data<{
      products: { edges: { node: { images: { url: string }[] } }[] };
    }>('{ products(first: 20) { edges { node { images { url } } } } }');
    const [image] = products.edges.flatMap(({ node }) => node.images);
    const first = await shopper.ask(image?.url ?? '');
    const second = await shopper.ask(image?.url ?? '');
    expect(isHit(second)).toBe(true);
    expect(second.body.equals(first.body)).toBe(true);
  });
});
