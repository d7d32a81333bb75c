/** Nodes are killed at random moments while orders come in: no event is lost, none arrives twice. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../apps/api/src/database/data-source.js';
import { ApiProcess } from '../support/api-process.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { GraphqlClient } from '../support/graphql-client.js';
import { seededRandom } from '../support/seeded-random.js';

const killCount = 12;
const buyerCount = 4;
const password = 'correct horse battery';

const signUpMutation = `mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }`;
const addMutation = `mutation ($id: ID!) { addToCart(input: { productId: $id, quantity: 1 }) { cart { id } } }`;
const orderMutation = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { number } } }`;

describe('an order placed while nodes are killed', () => {
  const random = seededRandom(20_261);
  let databaseUrl: string;
  let dataSource: DataSource;
  let redis: Redis;
  let nodes: ApiProcess[];
  const shop = { isOpen: true };
  /** Order numbers that a buyer was told of. */
  const confirmed = new Set<string>();

  beforeAll(async () => {
    databaseUrl = await createSeededDatabase();
    dataSource = await openDatabase({ url: databaseUrl });
    await dataSource.query('UPDATE stock_levels SET available = 1000000');
    redis = new Redis(process.env['REDIS_URL'] ?? '');
    const env = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: process.env['REDIS_URL'] ?? '',
      JWT_SECRET: 'a secret of more than thirty-two characters',
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
    };
    nodes = await Promise.all([ApiProcess.create(env), ApiProcess.create(env)]);
    await Promise.all(nodes.map((node) => node.start()));
  });

  afterAll(async () => {
    shop.isOpen = false;
    await Promise.all(nodes.map((node) => node.end('SIGKILL')));
    redis.disconnect();
    await dataSource.destroy();
    await dropDatabase(databaseUrl);
  });

  async function persistently<T>(ask: (client: GraphqlClient) => Promise<T>, token?: string): Promise<T> {
    for (;;) {
      const node = nodes[Math.floor(random() * nodes.length)];
      try {
        return await ask(new GraphqlClient(node?.url ?? '', token));
      } catch (error) {
        if (!shop.isOpen) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async function buy(name: string, productId: string): Promise<void> {
    const session = await persistently((client) =>
      client.data<{ signUp: { accessToken: string } }>(signUpMutation, {
        input: { email: `${name}@kills.example.com`, password, name },
      }),
    );
    const token = session.signUp.accessToken;
    for (let count = 0; shop.isOpen; count += 1) {
      await persistently((client) => client.data(addMutation, { id: productId }), token);
      const input = {
        idempotencyKey: `${name}-${count}`,
        shipTo: { address: { city: 'Seattle', country: 'United States' } },
      };
      const placed = await persistently(
        (client) => client.data<{ placeOrder: { order: { number: string } } }>(orderMutation, { input }),
        token,
      );
      confirmed.add(placed.placeOrder.order.number);
    }
  }

  async function killNodes(): Promise<void> {
    for (let kill = 0; kill < killCount; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100 + random() * 500));
      const victim = nodes[kill % nodes.length];
      await victim?.end('SIGKILL');
      await victim?.start();
    }
  }

  async function ordersNewerThanTheSeed(): Promise<string[]> {
    const rows = await dataSource.query<{ number: string }[]>(
      'SELECT number FROM orders WHERE idempotency_key IS NOT NULL ORDER BY id',
    );
    return rows.map(({ number }) => number);
  }

  it('keeps every confirmed order, with one notification and one stream entry for each event, in order', async () => {
    const catalogue = await persistently((client) =>
      client.data<{ products: { nodes: { id: string }[] } }>('{ products(first: 1) { nodes { id } } }'),
    );
    const product = catalogue.products.nodes[0];
    const buyers = Array.from({ length: buyerCount }, (_, at) => buy(`buyer${at}`, product?.id ?? ''));
    await killNodes();
    shop.isOpen = false;
    await Promise.allSettled(buyers);

    const orders = await ordersNewerThanTheSeed();
    expect(confirmed.size).toBeGreaterThan(killCount);
    expect(orders).toEqual(expect.arrayContaining([...confirmed]));

    const events = await dataSource.query<{ id: string; topic: string; number: string | null }[]>(
      `SELECT xid || '-' || id AS id, topic, payload->>'number' AS number FROM outbox ORDER BY xid, outbox.id`,
    );
    const placed = events.filter(({ topic }) => topic === 'order.placed').map(({ number }) => number);
    expect(placed.toSorted()).toEqual(orders.toSorted());

    const notified = async () =>
      dataSource.query<{ number: string }[]>(
        `SELECT o.number FROM notifications n JOIN orders o ON o.id = n.order_id
          WHERE o.idempotency_key IS NOT NULL AND n.kind = 'order.placed'`,
      );
    await vi.waitFor(async () => expect(await notified()).toHaveLength(orders.length), { timeout: 30_000 });
    expect((await notified()).map(({ number }) => number).toSorted()).toEqual(orders.toSorted());

    const [row] = await dataSource.query<{ epoch: string }[]>('SELECT epoch FROM outbox_epoch');
    const streamKey = `swiftlet:{${row?.epoch}}:events`;
    const written = await dataSource.query<{ id: string }[]>(
      `SELECT xid || '-' || id AS id FROM outbox ORDER BY xid, outbox.id`,
    );
    const relayed = async () => (await redis.xrange(streamKey, '-', '+')).map(([id]) => id);
    await vi.waitFor(async () => expect(await relayed()).toHaveLength(written.length), { timeout: 30_000 });
    expect(await relayed()).toEqual(written.map(({ id }) => id));
    await redis.del(streamKey);
    // Nodes start twelve times over, which takes a busy machine minutes.
  }, 240_000);
});
