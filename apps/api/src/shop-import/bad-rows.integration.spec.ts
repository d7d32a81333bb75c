import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { errorsOf, fileOf, ImportBench } from './testing/import-bench.js';
import { smallShop } from './testing/temporary-shop.js';

const bench = new ImportBench();

describe('bad rows', () => {
  it('are reported with the line that an editor shows, quoted line breaks and CRLF counted', async () => {
    await bench.shop.write({
      'products.csv':
        '\uFEFFSKU,Name,Description,Category ID,Price,Colour\r\nOK-1,"Two\r\nlines",x,2,1.5,red\r\nBAD,Pot,x,2,cheap,\r\n',
    });
    const report = await bench.run();
    expect(errorsOf(report, 'products')).toEqual(['4 Price: is not a number such as 1234.5']);
    expect(fileOf(report, 'products')).toMatchObject({
      read: 2,
      imported: 1,
      rejected: 1,
      unknownColumns: ['Colour'],
    });
    expect(await bench.query(`SELECT name FROM products`)).toEqual([{ name: 'Two\r\nlines' }]);
  });

  it('of every kind leave no trace of their order, and the rest of the shop comes in', async () => {
    const orders = ['G', 'N', 'P', 'Q', 'D', 'U', 'L', 'M', 'E', 'F', 'C', 'T', 'T'];
    await bench.shop.write({
      'orders.csv': [
        'number,customer_id,placed_at',
        ...orders.map(
          (number) =>
            `${number},${number === 'C' ? 'nobody' : 'C1'},${number === 'D' ? '2024-02-30' : '2024-02-01'}`,
        ),
      ].join('\n'),
      'order_lines.csv': [
        'order_number,line,product_id,quantity,unit_price,discount', // 1
        'G,1,POT-1,1,10,', // 2
        'N,1,POT-1,1,ten,', // 3
        'N,2,POT-1,1,10,', // 4
        'P,1,POT-9,1,10,', // 5
        'Q,1,POT-1,1,10,', // 6
        'Q,2,POT-1,-1,10,', // 7
        'D,1,POT-1,1,10,', // 8
        'U,1,POT-1,1,10,20', // 9
        'L,1,POT-1,1,10,', // 10
        'L,1,POT-2,1,10,', // 11
        'M,1,,1,10,', // 12
        'X,1,POT-1,1,10,', // 13
        `F,1,${'p'.repeat(101)},1,10,`, // 14
        'C,1,POT-1,1,10,', // 15
        'T,1,POT-1,1,10,', // 16
        'G,2,POT-2,2,0.005,0.5', // 17
        'G,3', // 18: cut short, and so is the whole order
      ].join('\n'),
    });
    const report = await bench.run();

    expect(errorsOf(report, 'order_lines')).toEqual([
      '2 order_number: is left out with its order, because row 18 of order_lines.csv is bad',
      '3 unit_price: is not a number such as 1234.5',
      '4 order_number: is left out with its order, because row 3 of order_lines.csv is bad',
      '5 product_id: is no product of this import or of the database',
      '6 order_number: is left out with its order, because row 7 of order_lines.csv is bad',
      '7 quantity: is less than 1',
      '8 order_number: is left out with its order, because row 6 of orders.csv is bad',
      '9 discount: is not between 0 and 1; write 20 % as 0.2',
      '10 order_number: is left out with its order, because row 11 of order_lines.csv is bad',
      '11 line: is the line of row 10 of the same order as well',
      '12 product_id: is missing',
      '13 order_number: is no order of this import or of the database',
      '14 product_id: is longer than 100 characters',
      '15 order_number: is left out with its order, because row 12 of orders.csv is bad',
      '16 order_number: is left out with its order, because row 14 of orders.csv is bad',
      '17 order_number: is left out with its order, because row 18 of order_lines.csv is bad',
      '18 : the row has 2 cells, the header has 6',
    ]);
    expect(errorsOf(report, 'orders').map((error) => error.replace(/because.*/, 'because …'))).toEqual([
      ...[2, 3, 4, 5].map((row) => `${row} number: is left out, because …`),
      '6 placed_at: is not a date such as 2016-11-08 or 2016-11-08T14:30:00Z',
      ...[7, 8, 9].map((row) => `${row} number: is left out, because …`),
      '10 number: has no lines',
      '11 number: is left out, because …',
      '12 customer_id: is no customer of this import or of the database',
      '13 number: is left out, because …',
      '14 number: is the number of row 13 as well',
    ]);
    for (const kind of ['orders', 'order_lines']) {
      const file = fileOf(report, kind);
      expect(file).toMatchObject({ imported: 0, rejected: file.read });
    }
    expect(await bench.query('SELECT count(*)::int FROM orders')).toEqual([{ count: 0 }]);
    expect(await bench.query('SELECT count(*)::int FROM order_lines')).toEqual([{ count: 0 }]);
    expect(report.totals).toMatchObject({ orders: 0, lines: 0, revenue: '0' });
  });

  it('of one order do not hold back another', async () => {
    await bench.shop.write({
      'order_lines.csv': 'order_number,product_id,quantity,unit_price\nA-1,POT-1,1,10\nA-2,POT-1,0,10\n',
    });
    const report = await bench.run();
    expect(await bench.query('SELECT number, total FROM orders')).toEqual([{ number: 'A-1', total: '10' }]);
    expect(errorsOf(report, 'orders')).toEqual([
      '3 number: is left out, because row 3 of order_lines.csv is bad',
    ]);
    expect(await bench.query(`SELECT units_sold FROM products WHERE sku = 'POT-1'`)).toEqual([
      { units_sold: 1 },
    ]);
  });

  it('do not change an order that is there already', async () => {
    await bench.run();
    const before = await bench.contents();
    await bench.shop.write({ 'order_lines.csv': `${smallShop['order_lines.csv']}\nA-2,7,,1,1,\n` });
    const report = await bench.run();
    expect(errorsOf(report, 'order_lines')).toEqual([
      '4 order_number: is in the database already, with other lines or another customer',
      '5 order_number: is left out with its order, because row 4 of order_lines.csv is bad',
    ]);
    expect(fileOf(report, 'order_lines')).toMatchObject({ unchanged: 2, rejected: 2 });
    expect(await bench.contents()).toEqual(before);
  });

  it('of categories, customers, reviews, stock and images say what is wrong', async () => {
    await bench.shop.write({
      'categories.csv':
        'id,parent_id,name,position\n1,,Kitchen,\n2,1,Teapots,\n3,9,Lost,\n4,5,Hen,\n5,4,Egg,\n6,,Kitchen,\n7,,,\n8,,Knives,first\n',
      'customers.csv':
        'id,name,email\nC1,Ada,ada@example.com\nC2,Max,ADA@example.com\nC3,Eve,eve\n,Nobody,\n',
      'orders.csv': 'number,customer_id,placed_at\nA-1,C1,2024-03-01\n',
      'order_lines.csv': 'order_number,product_id,quantity,unit_price\nA-1,POT-1,1,10\n',
      'reviews.csv': [
        'product,customer,author,rating,created_at',
        'POT-1,C1,,5,2024-04-01',
        'POT-1,C1,,4,2024-04-02',
        'POT-9,C1,,4,2024-04-02',
        'POT-1,C9,,4,2024-04-02',
        'POT-1,,Niels,6,2024-04-02',
        'POT-1,,,4,2024-04-02',
        'POT-1,,Niels,4,yesterday',
      ].join('\n'),
      'stock.csv': 'product,available\nPOT-9,1\nPOT-1,-1\nPOT-1,1.5\n',
      'images.csv': 'product,file\nPOT-1,none.png\nPOT-1,../outside.png\nPOT-9,a.png\nPOT-1,stock.csv\n',
      'images/a.png': await sharp({ create: { width: 8, height: 4, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    });
    const report = await bench.run();
    expect(errorsOf(report, 'categories')).toEqual([
      '4 parent_id: is no category of this file, and no slug of the database',
      '5 parent_id: is a category that cannot be imported itself, or the parents form a circle',
      '6 parent_id: is a category that cannot be imported itself, or the parents form a circle',
      '7 name: gives the slug kitchen, which row 2 has',
      '8 name: is missing',
      '9 position: is not a whole number',
    ]);
    expect(errorsOf(report, 'customers')).toEqual([
      '3 email: is the address of row 2',
      '4 email: is not an e-mail address',
      '5 id: is missing',
    ]);
    expect(errorsOf(report, 'reviews')).toEqual([
      '3 product: was reviewed by the same person in row 2',
      '4 product: is no product of this import or of the database',
      '5 customer: is no customer of this import or of the database',
      '6 rating: is more than 5',
      '7 customer: is missing, and so are author and email: somebody must have written the review',
      '8 created_at: is not a date such as 2016-11-08 or 2016-11-08T14:30:00Z',
    ]);
    expect(errorsOf(report, 'stock')).toEqual([
      '2 product: is no product of this import or of the database',
      '3 available: is less than 0',
      '4 available: is not a whole number',
    ]);
    expect(errorsOf(report, 'images').map((error) => error.replace(/read: .*/, 'read'))).toEqual([
      '2 file: is no file of the folder',
      '3 file: is no file of the folder',
      '4 product: is no product of this import or of the database',
      '5 file: is no picture that can be read',
    ]);
  });

  it('are those whose key the file had before, and the first row counts', async () => {
    await bench.shop.write({
      'categories.csv': 'id,name\n1,Kitchen\n1,Garden\n',
      'products.csv':
        'id,sku,name,category_id,price\n7,POT-1,Iron,1,1\n8,POT-1,Glass,1,2\n7,POT-3,Clay,1,3\n',
      'customers.csv': 'id,name\nC1,Ada\nC2,Max\nC1,Eve\n',
      'stock.csv': 'product,available\n7,1\nPOT-1,2\n',
      'images.csv': 'product,file,position\n7,a.png,0\nPOT-1,a.png,0\n',
      'images/a.png': await sharp({ create: { width: 8, height: 4, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    });
    const report = await bench.run();
    const kinds = ['categories', 'products', 'customers', 'stock', 'images'] as const;
    expect(Object.fromEntries(kinds.map((kind) => [kind, errorsOf(report, kind)]))).toEqual({
      categories: ['3 id: is the category of row 2'],
      products: ['3 sku: is the sku of row 2', '4 id: is the id of row 2'],
      customers: ['4 id: is the customer of row 2'],
      stock: ['3 product: is the product of row 2'],
      images: ['3 position: is the place of row 2'],
    });
    expect(await bench.query(`SELECT sku, name FROM products ORDER BY id`)).toEqual([
      { sku: 'POT-1', name: 'Iron' },
    ]);
  });

  it('are cut to a readable length in the report', async () => {
    await bench.shop.write({ 'stock.csv': `product,available\n${'x'.repeat(99)},${'9'.repeat(300)}\n` });
    const [error] = fileOf(await bench.run(), 'stock').errors;
    expect(error?.value).toHaveLength(81);
  });
});
