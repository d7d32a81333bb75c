/** Brings what products and customers keep of others' rows in line with those rows, after an import. */
import type { DataSource } from 'typeorm';

const refreshProducts = `
  UPDATE products p
     SET units_sold = c.units_sold, rating_average = c.rating_average, rating_count = c.rating_count
    FROM (
      SELECT p.id, least(coalesce(sold.units, 0), 2147483647)::integer AS units_sold,
             coalesce(rated.average, 0) AS rating_average, coalesce(rated.count, 0) AS rating_count
        FROM products p
        LEFT JOIN (
          SELECT l.product_id, sum(l.quantity) AS units
            FROM order_lines l JOIN orders o ON o.id = l.order_id
           WHERE o.status <> 'CANCELLED' GROUP BY 1
        ) sold ON sold.product_id = p.id
        LEFT JOIN (
          SELECT product_id, round(avg(rating), 2) AS average, count(*)::integer AS count FROM reviews GROUP BY 1
        ) rated ON rated.product_id = p.id
    ) c
   WHERE c.id = p.id
     AND (p.units_sold, p.rating_average, p.rating_count)
         IS DISTINCT FROM (c.units_sold, c.rating_average, c.rating_count)`;

/** Nobody can have bought before there was anybody to buy or anything to be bought. */
const refreshCreation = [
  `UPDATE customers c SET created_at = o.first
     FROM (SELECT customer_id, min(placed_at) AS first FROM orders GROUP BY 1) o
    WHERE o.customer_id = c.id AND o.first < c.created_at`,
  `UPDATE products p SET created_at = l.first
     FROM (SELECT l.product_id, min(o.placed_at) AS first
             FROM order_lines l JOIN orders o ON o.id = l.order_id GROUP BY 1) l
    WHERE l.product_id = p.id AND l.first < p.created_at`,
];

/** A sale locks the row of its product, so that there must be one; what no stock file speaks of cannot be sold. */
const completeStock = `
  INSERT INTO stock_levels (product_id, available, updated_at)
  SELECT id, 0, $1::timestamptz FROM products ORDER BY id
  ON CONFLICT DO NOTHING`;

export async function refreshCounters(dataSource: DataSource, now: Date): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query(completeStock, [now]);
    for (const statement of [refreshProducts, ...refreshCreation]) await manager.query(statement);
  });
}
