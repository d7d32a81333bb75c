/** The cache's Redis hangs, dies and forgets under load: nobody is refused, and nobody who tells what he has seen gets less. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Redis } from 'ioredis';
import { signInAs } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { GraphqlClient } from '../support/graphql-client.js';
import { patiently } from '../support/patiently.js';
import { PriceTraffic } from '../support/price-traffic.js';
import { RedisServer } from '../support/redis-server.js';
import { seededRandom } from '../support/seeded-random.js';
import { startApp, type RunningApp } from '../support/start-app.js';

/** Longer than the log may be silent, so that the nodes go on without it. */
const awayMs = 3_000;
const forbidden = ['KEYS', 'SCAN', 'FLUSHALL', 'FLUSHDB'];

interface Products {
  readonly products: { readonly nodes: readonly { readonly id: string }[] };
}

interface Named {
  readonly product: { readonly name: string };
}

interface Seen {
  readonly name: string | undefined;
  readonly isHit: boolean;
}

class Shop {
  private constructor(
    readonly redis: RedisServer,
    readonly nodes: readonly RunningApp[],
    readonly productIds: readonly string[],
    private readonly accessToken: string,
    private readonly databaseUrl: string,
  ) {}

  static async open(redis: RedisServer, env: Readonly<Record<string, string>>): Promise<Shop> {
    const databaseUrl = await createSeededDatabase();
    const start = () =>
      startApp({ databaseUrl, env: { JWT_SECRET: 'a secret of more than thirty-two characters', ...env } });
    const nodes = [await start(), await start()] as const;
    const { products } = await nodes[0].guest.data<Products>('{ products(first: 20) { nodes { id } } }');
    const staff = await signInAs(nodes[0], 'staff');
    const ids = products.nodes.map(({ id }) => id);
    return new Shop(redis, nodes, ids, staff.accessToken ?? '', databaseUrl);
  }

  traffic(seed: number): PriceTraffic {
    return new PriceTraffic({
      urls: this.nodes.map(({ url }) => url),
      productIds: this.productIds,
      accessToken: this.accessToken,
      readsPerSecond: 60,
      writesPerSecond: 2,
      random: seededRandom(seed),
    });
  }

  /** Changes a product on one node. @returns what somebody gets on the other who knows nothing of it. */
  async change(): Promise<{ name: string; ask: () => Promise<Seen> }> {
    const [one, other] = this.nodes;
    const [id = ''] = this.productIds;
    const name = `Renamed ${performance.now()}`;
    const rename =
      'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }';
    await new GraphqlClient(one?.url ?? '', this.accessToken).data(rename, { input: { id, name } });
    const question = 'query ($id: ID!) { product(id: $id) { name } }';
    const ask = async (): Promise<Seen> => {
      const { data, headers } = await new GraphqlClient(other?.url ?? '').ask<Named>(question, { id });
      return {
        name: data?.product.name,
        isHit: headers.get('cache-status')?.includes('; hit') === true,
      };
    };
    return { name, ask };
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await dropDatabase(this.databaseUrl);
    await this.redis.stop();
  }
}

const faults: Readonly<Record<string, (redis: RedisServer) => Promise<void>>> = {
  hangs: async (redis) => {
    redis.suspend();
    await delay(awayMs);
    redis.resume();
  },
  dies: async (redis) => {
    await redis.kill();
    await delay(awayMs);
    await redis.start();
  },
  forgets: async ({ url }) => {
    const admin = new Redis(url);
    await admin.flushall();
    admin.disconnect();
  },
};

const variants = [
  {
    name: 'a Redis of its own',
    envOf: ({ url }: RedisServer): Readonly<Record<string, string>> => ({ CACHE_REDIS_URL: url }),
  },
  {
    name: 'the Redis of everything else',
    envOf: ({ url }: RedisServer): Readonly<Record<string, string>> => ({ REDIS_URL: url }),
  },
];

describe.each(variants)('a cache with $name', ({ envOf }) => {
  let shop: Shop;
  beforeAll(async () => {
    const redis = await RedisServer.start();
    shop = await Shop.open(redis, envOf(redis));
  });
  afterAll(() => shop.close());

  it.each(Object.entries(faults))(
    'answers everybody, with nothing stale, when it %s',
    async (name, fault) => {
      const traffic = shop.traffic(name.length);
      await delay(1_000);
      await fault(shop.redis);
      await shop.change();
      const hitsBefore = traffic.hits;
      await vi.waitFor(() => expect(traffic.hits).toBeGreaterThan(hitsBefore), patiently);
      await traffic.stop();
      expect(traffic.failures).toEqual([]);
      expect(traffic.stale).toEqual([]);
      expect(traffic.writes.samples.length).toBeGreaterThan(2);
    },
  );
});

describe('a day without faults', () => {
  it('sends Redis no command that looks through all keys or deletes them', async () => {
    const redis = await RedisServer.start();
    const sent = await redis.watch();
    const shop = await Shop.open(redis, { REDIS_URL: redis.url });
    const traffic = shop.traffic(7);
    await shop.change();
    await vi.waitFor(() => expect(traffic.writes.samples.length).toBeGreaterThan(2), patiently);
    await traffic.stop();
    const names = await sent.names();
    sent.close();
    await shop.close();
    expect(names).toContain('EVAL');
    expect(forbidden.filter((name) => names.has(name))).toEqual([]);
  });
});
