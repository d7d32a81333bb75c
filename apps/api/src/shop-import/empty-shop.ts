/** Empties the shop before another one takes its place; staff and administrators stay. */
import type { DataSource } from 'typeorm';

/** Ids go on counting, so that a link or a cache entry of the old shop never means something of the new one. */
const emptyTables = `
  TRUNCATE behaviour_events, notifications, reviews, order_lines, orders, cart_lines, carts, product_images, image_assets,
           stock_levels, products, categories, search_words, shop_state
  CONTINUE IDENTITY`;

const deleteCustomers = `
  DELETE FROM customers WHERE id NOT IN (SELECT customer_id FROM accounts WHERE role IN ('staff', 'admin'))`;

export async function emptyShop(dataSource: DataSource): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query(emptyTables);
    await manager.query(deleteCustomers);
  });
}
