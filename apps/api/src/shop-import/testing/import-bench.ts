/** Gives the tests of an import a database and a folder, and takes both away again. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { emptyShop } from '../empty-shop.js';
import { importShop, type ImportReport, type FileReport, parseMapping } from '../index.js';
import { smallShop, temporaryShop, type TemporaryShop } from './temporary-shop.js';

export const now = new Date('2024-06-01T12:00:00Z');

export interface RunOptions {
  readonly replace?: boolean;
  readonly mapping?: object;
  readonly onProgress?: (line: string) => void;
}

/** One database for all tests of a file, empty before each of them; a folder with the small shop for each of them. */
export class ImportBench {
  #database: TestDatabase | undefined;
  #shop: TemporaryShop | undefined;

  constructor() {
    beforeAll(async () => {
      this.#database = await createTestDatabase();
    });
    afterAll(() => this.database.drop());
    beforeEach(async () => {
      this.#shop = await temporaryShop(smallShop);
    });
    afterEach(async () => {
      await emptyShop(this.database.dataSource);
      await this.shop.remove();
    });
  }

  get database(): TestDatabase {
    if (this.#database === undefined) throw new Error('The database is there from beforeAll on.');
    return this.#database;
  }

  get shop(): TemporaryShop {
    if (this.#shop === undefined) throw new Error('The folder is there from beforeEach on.');
    return this.#shop;
  }

  /** Another shop in place of the small one. */
  async useShop(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    await this.shop.remove();
    this.#shop = await temporaryShop(files);
  }

  run({ replace = false, mapping, onProgress }: RunOptions = {}): Promise<ImportReport> {
    const parsed = mapping === undefined ? undefined : parseMapping(JSON.stringify(mapping));
    const { dataSource } = this.database;
    return importShop({
      dataSource,
      directory: this.shop.directory,
      replace,
      mapping: parsed,
      now,
      onProgress,
    });
  }

  query(sql: string): Promise<Record<string, unknown>[]> {
    return this.database.dataSource.query(sql);
  }

  empty(): Promise<void> {
    return emptyShop(this.database.dataSource);
  }

  /** Everything that an import writes, without ids and times of writing. */
  async contents(): Promise<unknown> {
    const orders = await this.query(`
      SELECT o.number, c.code, o.status, o.placed_at, o.total, o.total_minor, o.currency, l.line_number, p.sku, l.quantity,
             l.unit_price, l.discount, l.amount, l.amount_minor
        FROM orders o JOIN customers c ON c.id = o.customer_id
        JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id ORDER BY 1, 8`);
    const products = await this.query(`
      SELECT p.sku, p.name, p.description, p.price_minor, p.attributes, p.translations, p.units_sold, p.rating_average,
             p.rating_count, s.available
        FROM products p JOIN stock_levels s ON s.product_id = p.id ORDER BY 1`);
    const reviews = await this.query(`
      SELECT p.sku, c.email, r.rating, r.title, r.body, r.created_at
        FROM reviews r JOIN products p ON p.id = r.product_id JOIN customers c ON c.id = r.customer_id ORDER BY 1, 2`);
    const customers = await this.query('SELECT code, name, email, segment FROM customers ORDER BY email');
    return { orders, products, reviews, customers };
  }
}

export function fileOf(report: ImportReport, kind: string): FileReport {
  const file = report.files.find((candidate) => candidate.kind === kind);
  if (file === undefined) throw new Error(`The report has no ${kind}.`);
  return file;
}

export function errorsOf(report: ImportReport, kind: string): string[] {
  return fileOf(report, kind).errors.map(({ row, column, reason }) => `${row} ${column}: ${reason}`);
}
