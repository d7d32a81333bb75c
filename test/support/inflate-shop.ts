/** Makes a seeded shop a hundred times larger, so that the plans of its statements are those of a real catalogue. */
import type { DataSource } from 'typeorm';

const copies = 105;

interface IndexDefinition {
  readonly indexname: string;
  readonly indexdef: string;
}

/** Indexes are built afterwards: that takes a third of keeping them while rows come in. */
async function withoutIndexes(
  dataSource: DataSource,
  table: string,
  fill: () => Promise<unknown>,
): Promise<void> {
  const indexes = await dataSource.query<IndexDefinition[]>(
    `SELECT indexname, indexdef FROM pg_indexes i
      WHERE schemaname = 'public' AND tablename = $1
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = i.indexname)`,
    [table],
  );
  for (const { indexname } of indexes) await dataSource.query(`DROP INDEX ${indexname}`);
  await fill();
  for (const { indexdef } of indexes) await dataSource.query(indexdef);
}

async function inflateProducts(dataSource: DataSource): Promise<void> {
  // The copies' documents are their originals': the trigger would work out each of them again.
  await dataSource.query('ALTER TABLE products DISABLE TRIGGER product_search_document');
  await withoutIndexes(dataSource, 'products', () =>
    dataSource.query(
      `INSERT INTO products (sku, name, description, category_id, price_minor, rating_average, rating_count, units_sold,
                             created_at, search_document)
       SELECT sku || '/' || copy, name || ' ' || copy, description, category_id,
              hashint8(id * 1000 + copy) & 1048575, (hashint8(id * 7000 + copy) & 255) / 64.0 + 1, 5,
              hashint8(id * 3000 + copy) & 4095, created_at + copy * interval '1 hour', search_document
         FROM products CROSS JOIN generate_series(1, $1::int) AS copy`,
      [copies],
    ),
  );
  await dataSource.query('ALTER TABLE products ENABLE TRIGGER product_search_document');
  await dataSource.query(
    `INSERT INTO stock_levels (product_id, available) SELECT id, id % 7 FROM products ON CONFLICT DO NOTHING`,
  );
}

async function inflateBelow(dataSource: DataSource): Promise<void> {
  await dataSource.query(
    `INSERT INTO orders (number, customer_id, status, placed_at, recipient, city, country, total, total_minor)
     SELECT number || '/' || copy, customer_id, 'DELIVERED', placed_at + copy * interval '1 minute', recipient, city,
            country, total, total_minor
       FROM orders CROSS JOIN generate_series(1, 10) AS copy`,
  );
  await dataSource.query(
    `INSERT INTO reviews (product_id, customer_id, rating, created_at)
     SELECT p.id, c.id, 1 + (p.id + c.id) % 5, p.created_at + c.id * interval '1 hour'
       FROM (SELECT id, created_at FROM products ORDER BY id DESC LIMIT 10000) AS p
      CROSS JOIN (SELECT id FROM customers ORDER BY id LIMIT 5) AS c`,
  );
  await dataSource.query(
    `INSERT INTO notifications (customer_id, kind, title, created_at)
     SELECT id, 'order.placed', 'Many', timestamptz '2026-01-01' + copy * interval '1 minute'
       FROM customers CROSS JOIN generate_series(1, 40) AS copy`,
  );
}

export async function inflateShop(dataSource: DataSource): Promise<void> {
  await inflateProducts(dataSource);
  await inflateBelow(dataSource);
  for (const table of ['products', 'stock_levels', 'orders', 'reviews', 'notifications'])
    await dataSource.query(`VACUUM ANALYZE ${table}`);
}
