import { describe, expect, it } from 'vitest';
import { isComplete, reportText } from './index.js';
import { errorsOf, fileOf, ImportBench } from './testing/import-bench.js';

const bench = new ImportBench();

describe('importShop', () => {
  it('loads every file of a documented shop, with exact amounts beside the rounded ones', async () => {
    const report = await bench.run();

    expect(reportText(report)).toContain('total: 2 orders, 3 lines, revenue 162.8105 EUR');
    expect(isComplete(report)).toBe(true);
    expect(report.totals).toEqual({
      orders: 2,
      lines: 3,
      revenue: '162.8105',
      revenueByCurrency: { EUR: '162.8105' },
    });
    const lines = await bench.query('SELECT amount, amount_minor, line_number FROM order_lines ORDER BY id');
    expect(lines).toEqual([
      { amount: '84.83', amount_minor: 8483, line_number: 1 },
      { amount: '59.985', amount_minor: 5999, line_number: 2 },
      { amount: '17.9955', amount_minor: 1800, line_number: 1 },
    ]);
    expect(
      await bench.query('SELECT number, total, total_minor, currency, placed_at FROM orders ORDER BY number'),
    ).toEqual([
      {
        number: 'A-1',
        total: '144.815',
        total_minor: 14482,
        currency: 'EUR',
        placed_at: new Date('2024-03-01'),
      },
      {
        number: 'A-2',
        total: '17.9955',
        total_minor: 1800,
        currency: 'EUR',
        placed_at: new Date('2024-03-02T08:30Z'),
      },
    ]);
    expect(
      await bench.query(
        'SELECT sku, units_sold, rating_average, rating_count, price_minor FROM products ORDER BY sku',
      ),
    ).toEqual([
      { sku: 'POT-1', units_sold: 2, rating_average: '4.50', rating_count: 2, price_minor: 4990 },
      { sku: 'POT-2', units_sold: 4, rating_average: '0.00', rating_count: 0, price_minor: 2000 },
    ]);
    expect(await bench.query('SELECT city FROM customer_addresses ORDER BY city')).toEqual([
      { city: 'Göttingen' },
      { city: 'London' },
    ]);
  });

  it('keeps attributes and translations of a product', async () => {
    await bench.run();
    expect(await bench.query(`SELECT attributes, translations FROM products WHERE sku = 'POT-1'`)).toEqual([
      { attributes: { colour: 'black' }, translations: { fr: { description: 'Garde le thé au chaud.' } } },
    ]);
  });

  it('finds the products of the search by the category that they came with', async () => {
    await bench.run();
    const found = await bench.query(
      `SELECT sku FROM products WHERE search_document @@ websearch_to_tsquery('storefront', 'kitchen glass')`,
    );
    expect(found).toEqual([{ sku: 'POT-2' }]);
  });

  it('changes nothing when it runs again', async () => {
    await bench.run();
    const before = await bench.contents();
    const report = await bench.run();
    expect(await bench.contents()).toEqual(before);
    expect(
      report.files.map((file) => [file.kind, file.imported, file.updated, file.unchanged, file.read]),
    ).toEqual([
      ['categories', 0, 0, 2, 2],
      ['products', 0, 0, 2, 2],
      ['customers', 0, 0, 2, 2],
      ['orders', 0, 0, 2, 2],
      ['order_lines', 0, 0, 3, 3],
      ['reviews', 0, 0, 2, 2],
      ['stock', 0, 0, 1, 1],
    ]);
    expect(report.totals.revenue).toBe('162.8105');
  });

  it('reaches the same shop however often it dies on its way', async () => {
    let steps = 0;
    await bench.run({ onProgress: () => (steps += 1) });
    const whole = await bench.contents();
    for (let fatal = 1; fatal <= steps; fatal += 1) {
      await bench.empty();
      let step = 0;
      const die = () => {
        step += 1;
        if (step === fatal) throw new Error('died');
      };
      const dying = bench.run({ onProgress: die });
      await expect(dying).rejects.toThrow('died');
      await bench.run();
      expect(await bench.contents()).toEqual(whole);
    }
  });

  it('brings what has changed up to date, and leaves alone what the file does not speak of', async () => {
    await bench.run();
    await bench.shop.write({
      'products.csv': 'sku,name,category_id,price\nPOT-1,Cast-iron teapot,teapots,45\n',
      'stock.csv': 'product,available\nPOT-1,2\n',
    });
    const report = await bench.run();
    expect(fileOf(report, 'products')).toMatchObject({ updated: 1, imported: 0 });
    expect(fileOf(report, 'stock')).toMatchObject({ read: 1, updated: 1 });
    expect(
      await bench.query(`SELECT name, description, price_minor, currency, attributes, available
                     FROM products JOIN stock_levels ON product_id = id WHERE sku = 'POT-1'`),
    ).toEqual([
      {
        name: 'Cast-iron teapot',
        description: 'Keeps tea warm, and looks it.',
        price_minor: 4500,
        currency: 'EUR',
        attributes: { colour: 'black' },
        available: 2,
      },
    ]);
  });

  it('empties the shop first when told to replace, but keeps the staff', async () => {
    await bench.run();
    await bench.query(`INSERT INTO customers (name, email) VALUES ('Boss', 'boss@example.com')`);
    await bench.query(`INSERT INTO accounts (customer_id, password_hash, role)
                 SELECT id, '', CASE WHEN code IS NULL THEN 'admin' ELSE 'customer' END FROM customers
                  WHERE email IN ('boss@example.com', 'ada@example.com')`);
    await bench.shop.write({ 'customers.csv': 'id,name\nC1,Ada\nC2,Max\n' });
    const report = await bench.run({ replace: true });
    expect(isComplete(report)).toBe(true);
    expect(await bench.query('SELECT count(*)::int FROM orders')).toEqual([{ count: 2 }]);
    expect(
      await bench.query('SELECT c.email, a.role FROM accounts a JOIN customers c ON c.id = a.customer_id'),
    ).toEqual([{ email: 'boss@example.com', role: 'admin' }]);
    await bench.query(`DELETE FROM customers WHERE email = 'boss@example.com'`);
  });
});

describe('people', () => {
  it('who wrote a review before they were customers are the same people afterwards', async () => {
    await bench.run();
    await bench.shop.write({
      'customers.csv':
        'id,name,email\nC1,Ada Byron,ada@example.com\nC2,Max Born,\nC3,Niels Bohr,NIELS@example.com\n',
    });
    const report = await bench.run();
    expect(isComplete(report)).toBe(true);
    expect(
      await bench.query(`SELECT code, name FROM customers WHERE lower(email) = 'niels@example.com'`),
    ).toEqual([{ code: 'C3', name: 'Niels Bohr' }]);
  });

  it('who signed up with an address do not get the history of a customer with that address', async () => {
    await bench.query(`INSERT INTO customers (name, email) VALUES ('Mallory', 'ada@example.com')`);
    await bench.query(`INSERT INTO accounts (customer_id, password_hash) SELECT id, '' FROM customers`);
    const report = await bench.run();
    expect(errorsOf(report, 'customers')).toEqual(['2 email: is the address of somebody who signed up']);
    expect(errorsOf(report, 'orders')).toEqual([
      '2 customer_id: is no customer of this import or of the database',
    ]);
    expect(await bench.query(`SELECT number FROM orders`)).toEqual([{ number: 'A-2' }]);
  });
});

describe('two imports at a time', () => {
  it('do not get into each other’s way: the second one is told to wait', async () => {
    const outcomes = await Promise.allSettled([bench.run(), bench.run()]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toMatchObject({ code: 'IMPORT_ALREADY_RUNNING' });
    expect(await bench.query('SELECT count(*)::int FROM orders')).toEqual([{ count: 2 }]);
  });
});
