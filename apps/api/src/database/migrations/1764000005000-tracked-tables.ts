/** Has PostgreSQL note every change of the rows that clients may read, so that no cached answer outlives what it shows. */
import { trackTable, untrackTable } from '@app/caching';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With the columns that are too wide to be noted with each change, and by which nobody looks rows up. */
const tables: Readonly<Record<string, readonly string[]>> = {
  categories: [],
  products: ['description', 'translations', 'attributes', 'search_document'],
  search_words: [],
  stock_levels: [],
  image_assets: ['content', 'thumbhash'],
  product_images: [],
  customers: [],
  customer_addresses: [],
  carts: [],
  cart_lines: [],
  orders: [],
  order_lines: [],
  reviews: ['body'],
  notifications: ['body'],
};

export class TrackedTables1764000005000 implements MigrationInterface {
  name = 'TrackedTables1764000005000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, leaveOut] of Object.entries(tables)) await trackTable(runner, table, { leaveOut });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(tables)) await untrackTable(runner, table);
  }
}
