import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { isSeeded, type SeedOptions } from './index.js';
import { seedFrom } from './seed-superstore.js';
import { readSuperstore, type Superstore } from './superstore.js';

const now = new Date('2026-03-04T15:00:00Z');

async function queryOne(database: TestDatabase, sql: string): Promise<Record<string, unknown>> {
  const [row] = await database.dataSource.query(sql);
  return row;
}

describe('a seed', () => {
  /** Every row of the shop, by tables; ids stand for the order in which rows came, and leave gaps after a death. */
  const tables: Readonly<Record<string, string>> = {
    categories: 'slug, name, position',
    products:
      'sku, name, description, attributes, price_minor, cost, units_sold, rating_average, created_at, updated_at',
    stock_levels: '(SELECT sku FROM products WHERE id = product_id) AS sku, available, updated_at',
    customers: 'code, name, email, segment, created_at',
    customer_addresses:
      '(SELECT code FROM customers WHERE id = customer_id) AS code, recipient, city, state, postal_code, created_at',
    orders:
      'number, status, placed_at, shipped_at, delivered_at, recipient, city, total, total_minor, updated_at',
    order_lines:
      '(SELECT number FROM orders WHERE id = order_id) AS number, line_number, product_name, amount, profit',
    reviews: '(SELECT sku FROM products WHERE id = product_id) AS sku, rating, title, body, created_at',
    product_images: '(SELECT sku FROM products WHERE id = product_id) AS sku, position, hash, alt',
    image_assets: 'hash, media_type, width, height, thumbhash, content',
    behaviour_events:
      'id, session_id, type, properties, occurred_at, (SELECT sku FROM products WHERE id = product_id) AS sku',
    notifications: 'kind, title, body, created_at, read_at',
  };
  let store: Superstore;
  let database: TestDatabase;

  beforeAll(async () => {
    store = await readSuperstore(150);
  });
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const seed = (options: Partial<SeedOptions> = {}, target = database) =>
    seedFrom({ dataSource: target.dataSource, shiftToToday: true, seed: 7, now, ...options }, store);

  async function digests(target: TestDatabase, withIds: boolean): Promise<Record<string, unknown>> {
    const digest: Record<string, unknown> = {};
    for (const [table, columns] of Object.entries(tables)) {
      const row = withIds ? 't.*' : columns;
      const rows = await queryOne(
        target,
        `SELECT count(*)::int AS count, md5(string_agg(r::text, ';' ORDER BY r::text)) AS digest
           FROM (SELECT ${row} FROM ${table} t) r`,
      );
      digest[table] = rows;
    }
    return digest;
  }

  it('gives the same shop for the same number, byte for byte, and another one for another', async () => {
    const other = await createTestDatabase();
    try {
      await seed();
      await seed({}, other);
      const shop = await digests(database, true);
      expect(Object.values(shop)).not.toContainEqual(expect.objectContaining({ count: 0 }));
      expect(await digests(other, true)).toEqual(shop);
      await other.dataSource.query('TRUNCATE shop_state');
      await other.dataSource.query('DELETE FROM product_images');
      await seed({ seed: 8 }, other);
      expect(await digests(other, true)).not.toEqual(shop);
    } finally {
      await other.drop();
    }
  });

  /** Places to die at, by the progress that is told there. */
  const deaths = [
    'categories (Superstore): reading',
    'products (Superstore): 1',
    'customers (Superstore): reading',
    'orders: checking',
    'orders: inserting',
    'reviews (Superstore): reading',
    'stock (Superstore): ',
    'counters: ',
    'images: 100 ',
    'visits: ',
  ];

  it('reaches the same shop however often it dies on its way, and whatever it is told the next time', async () => {
    await seed();
    const whole = await digests(database, false);
    const dying = await createTestDatabase();
    try {
      for (const [attempt, place] of deaths.entries()) {
        const later = new Date(now.getTime() + attempt * 3_600_000);
        const options = attempt === 0 ? {} : { now: later, seed: attempt, shiftToToday: false };
        const onProgress = (line: string) => {
          if (line.startsWith(place)) throw new Error('died');
        };
        await expect(seed({ ...options, onProgress }, dying)).rejects.toThrow('died');
        expect(await isSeeded(dying.dataSource)).toBe(false);
      }
      await seed({ seed: 99 }, dying);
      expect(await isSeeded(dying.dataSource)).toBe(true);
      expect(await digests(dying, false)).toEqual(whole);
    } finally {
      await dying.drop();
    }
  });

  it('keeps the dates of the Superstore unless told to move them', async () => {
    await seed({ shiftToToday: false });
    expect(
      await queryOne(
        database,
        `SELECT placed_at::date::text AS placed, shipped_at::date::text AS shipped FROM orders WHERE number = 'CA-2016-152156'`,
      ),
    ).toEqual({ placed: '2016-11-08', shipped: '2016-11-11' });
  });

  it('says so when its customers’ addresses belong to others', async () => {
    await database.dataSource.query(
      `INSERT INTO customers (code, name, email) VALUES ('X', 'X', 'Claire.Gute@example.com')`,
    );
    await expect(seed()).rejects.toMatchObject({ code: 'SEED_INCOMPLETE' });
    expect(await isSeeded(database.dataSource)).toBe(false);
  });
});
