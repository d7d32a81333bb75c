import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { isSeeded, type SeedOptions, seedSuperstore } from './index.js';

const now = new Date('2026-03-04T15:00:00Z');

async function queryOne(database: TestDatabase, sql: string): Promise<Record<string, unknown>> {
  const [row] = await database.dataSource.query(sql);
  return row;
}

describe('the sample shop', () => {
  let database: TestDatabase;
  const one = (sql: string) => queryOne(database, sql);
  const options = (): SeedOptions => ({ dataSource: database.dataSource, shiftToToday: true, seed: 42, now });

  beforeAll(async () => {
    database = await createTestDatabase();
    await seedSuperstore(options());
  });
  afterAll(() => database.drop());

  it('has every line of the Superstore, exactly', async () => {
    expect(
      await one(
        `SELECT count(*)::int AS lines, sum(amount)::text AS amount, sum(profit)::text AS profit FROM order_lines`,
      ),
    ).toEqual({ lines: 9_994, amount: '2297200.8603', profit: '286397.0217' });
    expect(await one('SELECT count(*)::int AS orders, sum(total)::text AS total FROM orders')).toEqual({
      orders: 5_009,
      total: '2297200.8603',
    });
    expect(
      await one(`SELECT count(*) FILTER (WHERE parent_id IS NULL)::int AS departments, count(parent_id)::int AS subcategories
                   FROM categories`),
    ).toEqual({ departments: 3, subcategories: 17 });
    expect(
      await one(
        `SELECT (SELECT count(*) FROM products)::int AS products, (SELECT count(*) FROM customers)::int AS customers`,
      ),
    ).toEqual({ products: 1_894, customers: 793 });
    expect(
      await one(`SELECT count(*)::int AS second FROM products WHERE sku ~ '^[A-Z]{3}-[A-Z]{2}-\\d+-2$'`),
    ).toEqual({ second: 32 });
  });

  it('adds up the way clients see it', async () => {
    const wrong = `
      SELECT count(*)::int AS orders FROM orders o
        JOIN (SELECT order_id, sum(amount_minor) AS minor, sum(amount) AS exact FROM order_lines GROUP BY 1) l ON l.order_id = o.id
       WHERE o.total_minor <> l.minor OR o.total <> l.exact`;
    expect(await one(wrong)).toEqual({ orders: 0 });
    const apart = `
      SELECT count(*)::int AS lines FROM order_lines
       WHERE abs(quantity * unit_price * (1 - discount) - amount) > 0.00001 OR amount_minor <> round(amount * 100)`;
    expect(await one(apart)).toEqual({ lines: 0 });
    const counters = `
      SELECT count(*)::int AS products FROM products p
        LEFT JOIN (SELECT product_id, sum(quantity) AS units FROM order_lines GROUP BY 1) l ON l.product_id = p.id
        LEFT JOIN (SELECT product_id, count(*) AS count FROM reviews GROUP BY 1) r ON r.product_id = p.id
       WHERE p.units_sold <> l.units OR p.rating_count <> coalesce(r.count, 0)`;
    expect(await one(counters)).toEqual({ products: 0 });
  });

  it('prices a product as it was last sold', async () => {
    const sql = `
      SELECT count(*)::int AS products FROM products p
        JOIN LATERAL (SELECT l.unit_price FROM order_lines l JOIN orders o ON o.id = l.order_id
                       WHERE l.product_id = p.id ORDER BY o.placed_at DESC, l.line_number DESC LIMIT 1) last ON true
       WHERE p.price_minor <> round(last.unit_price * 100)`;
    expect(await one(sql)).toEqual({ products: 0 });
  });

  it('knows Claire Gute, her order and her address', async () => {
    expect(
      await one(`SELECT c.email, c.segment, o.city, o.postal_code, o.total::text, o.status FROM orders o
                   JOIN customers c ON c.id = o.customer_id WHERE o.number = 'CA-2016-152156'`),
    ).toEqual({
      email: 'claire.gute@example.com',
      segment: 'Consumer',
      city: 'Henderson',
      postal_code: '42420',
      total: '993.90',
      status: 'DELIVERED',
    });
    const addresses = `SELECT count(*)::int AS addresses, count(DISTINCT (customer_id, city, postal_code))::int AS places FROM customer_addresses`;
    expect(await one(addresses)).toEqual({ addresses: 4_910, places: 4_910 });
  });

  it('ends today, with nothing after the present', async () => {
    expect(
      await one(`SELECT max(placed_at)::date::text AS last, min(placed_at)::date::text AS first FROM orders`),
    ).toEqual({ last: '2026-03-04', first: '2022-03-08' });
    const future = `
      SELECT greatest(
        (SELECT max(greatest(placed_at, shipped_at, delivered_at)) FROM orders), (SELECT max(created_at) FROM reviews),
        (SELECT max(occurred_at) FROM behaviour_events), (SELECT max(greatest(created_at, read_at)) FROM notifications)
      ) <= '${now.toISOString()}' AS past`;
    expect(await one(future)).toEqual({ past: true });
    const statuses = `
      SELECT count(*) FILTER (WHERE status = 'PLACED' AND shipped_at IS NULL) > 10 AS placed,
             count(*) FILTER (WHERE status = 'SHIPPED' AND shipped_at >= placed_at AND delivered_at IS NULL) > 10 AS shipped,
             count(*) FILTER (WHERE status = 'DELIVERED' AND delivered_at >= shipped_at) > 4900 AS delivered
        FROM orders`;
    expect(await one(statuses)).toEqual({ placed: true, shipped: true, delivered: true });
  });

  it('draws every product twice, as SVG and as PNG, under the hash of the bytes', async () => {
    expect(
      await one(`SELECT count(*)::int AS pictures, count(DISTINCT product_id)::int AS products,
                        bool_and(media_type = CASE position WHEN 0 THEN 'image/svg+xml' ELSE 'image/png' END) AS in_order,
                        bool_and(width = 480 AND height = 480 AND length(thumbhash) BETWEEN 5 AND 25) AS measured,
                        bool_and(alt <> '') AS described
                   FROM product_images JOIN image_assets USING (hash)`),
    ).toEqual({ pictures: 3_788, products: 1_894, in_order: true, measured: true, described: true });
    const assets: { hash: string; content: Buffer }[] = await database.dataSource.query(
      'SELECT hash, content FROM image_assets ORDER BY hash LIMIT 20',
    );
    for (const { hash, content } of assets) {
      expect(createHash('sha256').update(content).digest('hex').slice(0, 32)).toBe(hash);
    }
  });

  it('lets only those review who bought, after it had arrived', async () => {
    const strangers = `
      SELECT count(*)::int AS reviews FROM reviews r
       WHERE NOT EXISTS (SELECT FROM orders o JOIN order_lines l ON l.order_id = o.id
                          WHERE o.customer_id = r.customer_id AND l.product_id = r.product_id AND o.delivered_at < r.created_at)`;
    expect(await one(strangers)).toEqual({ reviews: 0 });
    const { reviews, texts, ratings } = await one(
      'SELECT count(*)::int AS reviews, count(DISTINCT body)::int AS texts, count(DISTINCT rating)::int AS ratings FROM reviews',
    );
    expect(reviews).toBeGreaterThan(5_500);
    expect(texts).toBeGreaterThan(Number(reviews) * 0.98);
    expect(ratings).toBe(5);
  });

  it('has some things sold out and some nearly', async () => {
    const { out, low, all } = await one(
      `SELECT count(*) FILTER (WHERE available = 0)::int AS out, count(*) FILTER (WHERE available BETWEEN 1 AND 4)::int AS low,
              count(*)::int AS all FROM stock_levels`,
    );
    expect(all).toBe(1_894);
    expect(out).toBeGreaterThan(20);
    expect(low).toBeGreaterThan(80);
  });

  it('remembers a visit for each order, and 24 that ended in nothing', async () => {
    expect(
      await one(`WITH visits AS (SELECT session_id, bool_or(type = 'purchase') AS bought FROM behaviour_events GROUP BY 1)
                 SELECT count(*)::int AS visits, count(*) FILTER (WHERE bought)::int AS orders FROM visits`),
    ).toEqual({ visits: 5_009 * 25, orders: 5_009 });
    const purchases = `
      SELECT count(DISTINCT o.id)::int AS orders, bool_and(e.occurred_at = o.placed_at AND e.customer_id = o.customer_id) AS same,
             bool_and((e.properties ->> 'total_minor')::int = o.total_minor) AS worth
        FROM behaviour_events e JOIN orders o ON o.id = e.order_id WHERE e.type = 'purchase'`;
    expect(await one(purchases)).toEqual({ orders: 5_009, same: true, worth: true });
    const unseen = `
      SELECT count(*)::int AS lines FROM behaviour_events e
        JOIN order_lines l ON l.order_id = e.order_id
       WHERE NOT EXISTS (SELECT FROM behaviour_events v WHERE v.session_id = e.session_id AND v.type = 'add_to_cart'
                            AND v.product_id = l.product_id AND v.occurred_at < e.occurred_at)`;
    expect(await one(unseen)).toEqual({ lines: 0 });
    const early = `
      SELECT count(*)::int AS events FROM behaviour_events e
        LEFT JOIN products p ON p.id = e.product_id LEFT JOIN customers c ON c.id = e.customer_id
       WHERE e.occurred_at < greatest(p.created_at, c.created_at)`;
    expect(await one(early)).toEqual({ events: 0 });
  });

  it('leaves sequences where the next row finds them', async () => {
    await database.dataSource.query(`INSERT INTO categories (slug, name) VALUES ('next', 'Next')`);
    await database.dataSource.query(
      `INSERT INTO customers (name, email) VALUES ('Next', 'next@example.com')`,
    );
    expect(
      await one(`SELECT (SELECT id FROM categories WHERE slug = 'next') = (SELECT max(id) FROM categories) AS categories,
                             (SELECT id FROM customers WHERE name = 'Next') = (SELECT max(id) FROM customers) AS customers`),
    ).toEqual({
      categories: true,
      customers: true,
    });
    await database.dataSource.query(`DELETE FROM categories WHERE slug = 'next'`);
    await database.dataSource.query(`DELETE FROM customers WHERE name = 'Next'`);
  });

  it('is there once: a second seed touches nothing', async () => {
    expect(await isSeeded(database.dataSource)).toBe(true);
    await database.dataSource.query(`UPDATE stock_levels SET available = 777`);
    const lines: string[] = [];
    await seedSuperstore({ ...options(), onProgress: (line) => lines.push(line) });
    expect(lines).toEqual(['seed: the database has a shop already']);
    expect(await one('SELECT min(available)::int AS available FROM stock_levels')).toEqual({
      available: 777,
    });
  });
});
