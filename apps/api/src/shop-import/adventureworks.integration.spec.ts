import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { importShop, type ImportReport, isComplete, readMappingFile } from './index.js';

const root = new URL('../../../../', import.meta.url);
const directory = fileURLToPath(new URL('../shared/data/adventureworks', root));
const mappingFile = fileURLToPath(new URL('test/support/mappings/adventureworks.json', root));
const isThere = existsSync(directory);

describe.skipIf(!isThere)(
  `AdventureWorks${isThere ? '' : ' (skipped: its folder is not beside the repository)'}`,
  () => {
    let database: TestDatabase;
    let report: ImportReport;
    const importOnce = async () =>
      importShop({
        dataSource: database.dataSource,
        directory,
        mapping: await readMappingFile(mappingFile),
        now: new Date(),
      });

    beforeAll(async () => {
      database = await createTestDatabase();
      report = await importOnce();
    });
    afterAll(() => database.drop());

    it('comes in whole', async () => {
      expect(isComplete(report)).toBe(true);
      expect(Object.fromEntries(report.files.map((file) => [file.kind, file.imported]))).toEqual({
        categories: 41,
        products: 293,
        customers: 18_148,
        orders: 25_164,
        order_lines: 56_046,
        reviews: 4,
        stock: 293,
        images: 157,
      });
      // The exact sum rounds to 24,914,586.82; the rounded lines add up to 24,914,583.66.
      expect(report.totals).toMatchObject({ orders: 25_164, lines: 56_046, revenue: '24914586.8193' });
      const [sums] = await database.dataSource.query(
        'SELECT sum(total)::text AS exact, sum(total_minor)::text AS minor FROM orders',
      );
      expect(sums).toEqual({ exact: '24914586.8193', minor: '2491458366' });
    });

    it('names what was left out', () => {
      expect(report.notImported).toEqual([
        { file: 'returns.csv', reason: 'on purpose: the storefront has no returns' },
        { file: 'images/', reason: 'as to 161 of 202 pictures, which no product shows' },
      ]);
    });

    it('keeps texts in six languages, territories, photos and the lines of long reviews', async () => {
      const [bike] = await database.dataSource.query(
        `SELECT p.translations, c.slug, i.hash IS NOT NULL AS shown FROM products p
         JOIN categories c ON c.id = p.category_id LEFT JOIN product_images i ON i.product_id = p.id
        WHERE sku = 'BK-R93R-62'`,
      );
      expect(Object.keys(bike.translations).toSorted()).toEqual(['ar', 'fr', 'he', 'th', 'zh']);
      expect(bike).toMatchObject({ slug: 'road-bikes', shown: true });
      const [order] = await database.dataSource.query(
        `SELECT country, region FROM orders WHERE number = 'SO45079'`,
      );
      expect(order).toEqual({ country: 'United States', region: 'Southwest' });
      const [review] = await database.dataSource.query(
        `SELECT p.sku, r.body FROM reviews r JOIN products p ON p.id = r.product_id ORDER BY length(r.body) DESC LIMIT 1`,
      );
      expect(review.sku).toBe('BK-R64Y-40');
      expect(review.body.split('\n').length).toBeGreaterThan(10);
      expect(review.body).toMatch(/hard-earned money\.$/);
    });

    it('changes nothing when it is imported again', async () => {
      const again = await importOnce();
      expect(again.totals).toEqual(report.totals);
      expect(again.files.every((file) => file.unchanged === file.read)).toBe(true);
    });
  },
);
