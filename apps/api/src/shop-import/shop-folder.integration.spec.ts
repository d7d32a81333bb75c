import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { importShop, isComplete } from './index.js';
import { errorsOf, fileOf, ImportBench, now } from './testing/import-bench.js';
import { temporaryShop } from './testing/temporary-shop.js';

const bench = new ImportBench();

describe('files', () => {
  it('that cannot be read to their end are not imported at all, while the others are', async () => {
    await bench.shop.write({
      'stock.csv': 'product,available\nPOT-1,5\nPOT-2,"6\n',
      'customers.csv': 'id,nome\nC1,Ada\n',
    });
    const report = await bench.run();
    expect(fileOf(report, 'stock').failure).toContain('stock.csv, row 3: a quote is opened and never closed');
    expect(fileOf(report, 'customers').failure).toContain('lacks the column name');
    expect(fileOf(report, 'products').imported).toBe(2);
    expect(isComplete(report)).toBe(false);
    expect(await bench.query('SELECT available FROM stock_levels')).toEqual([
      { available: 0 },
      { available: 0 },
    ]);
  });

  it('that nobody knows are named, and so are those left out on purpose', async () => {
    await bench.shop.write({ 'returns.csv': 'x\n', 'suppliers.csv': 'x\n' });
    const report = await bench.run({ mapping: { files: {}, ignore: { 'returns.csv': 'no returns here' } } });
    expect(report.notImported).toEqual([
      { file: 'returns.csv', reason: 'on purpose: no returns here' },
      { file: 'suppliers.csv', reason: 'since it is none of the files that the importer knows' },
    ]);
  });

  it('may refer to what an earlier import brought', async () => {
    await bench.run();
    const later = await temporaryShop({
      'products.csv': 'sku,name,category_id,price\nPOT-3,Tin teapot,teapots,9\n',
      'orders.csv': 'number;customer_id;placed_at\nA-3;C2;2024-05-01\n',
      'order_lines.csv': 'order_number\tsku\tquantity\tunit_price\nA-3\tPOT-3\t1\t9\nA-3\tPOT-1\t1\t49\n',
    });
    const report = await importShop({
      dataSource: bench.database.dataSource,
      directory: later.directory,
      now,
    });
    await later.remove();
    expect(isComplete(report)).toBe(true);
    expect(report.totals.revenue).toBe('58');
  });

  it('of pictures go by the names of products, each stored once with its size and preview', async () => {
    const red = await sharp({ create: { width: 80, height: 40, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const drawing =
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"><script>alert(1)</script><rect width="10" height="20"/></svg>';
    await bench.shop.write({
      'images/POT-1.jpg': red,
      'images/POT-2.jpg': red,
      'images/POT-2_1.svg': drawing,
      'images/notes.txt': 'x',
    });
    const report = await bench.run();
    expect(fileOf(report, 'images')).toMatchObject({ read: 3, imported: 3, rejected: 0 });
    expect(
      await bench.query(`SELECT p.sku, i.position, a.media_type, a.width, a.height, length(a.thumbhash) > 4 AS preview
                     FROM product_images i JOIN products p ON p.id = i.product_id JOIN image_assets a USING (hash)
                    ORDER BY 1, 2`),
    ).toEqual([
      { sku: 'POT-1', position: 0, media_type: 'image/jpeg', width: 80, height: 40, preview: true },
      { sku: 'POT-2', position: 0, media_type: 'image/jpeg', width: 80, height: 40, preview: true },
      { sku: 'POT-2', position: 1, media_type: 'image/png', width: 512, height: 1024, preview: true },
    ]);
    expect(await bench.query('SELECT count(*)::int FROM image_assets')).toEqual([{ count: 2 }]);
  });
});

describe('a mapping', () => {
  const foreignShop = {
    'verkauf.csv': [
      'Auftrag;Pos;Datum;Kunde;Artikel;Menge;Preis;Rabatt;Land',
      'V1;1;01.02.2023;K1;A1;2;"1.234,50";10;DE',
      'V1;2;01.02.2023;K1;A2;1;0,99;0;DE',
      'V2;1;02.02.2023;K2;A2;3;0,99;0;AT',
      'V3;1;02.02.2023;K2;A2;3;0,99;0;AT',
      'V3;2;03.02.2023;K2;A2;3;0,99;0;AT',
      'V4;1;2023-02-03;K2;A2;3;0,99;0;XX',
    ].join('\r\n'),
    'artikel.csv': 'Nr;Name;Gruppe;Preis\nA1;Ofen;Küche;"1.500,00 €"\nA2;Löffel;Küche;0,99 €\n',
    'kunden.csv': "K1;ANNA;MEYER-LANG\nK2;bo;o'neil\n",
    'laender.csv': 'Kürzel;Name\nDE;Deutschland\nAT;Österreich\n',
  };
  const mapping = {
    dates: 'dd.MM.yyyy',
    numbers: { thousands: '.', decimal: ',', strip: ['€'] },
    lookups: { countries: { file: 'laender.csv', key: 'Kürzel' } },
    files: {
      categories: { from: 'products', groupBy: ['Gruppe'], columns: { id: 'Gruppe', name: 'Gruppe' } },
      products: {
        file: 'artikel.csv',
        columns: {
          sku: 'Nr',
          name: 'Name',
          category_id: 'Gruppe',
          price: 'Preis',
          currency: { constant: 'EUR' },
        },
      },
      customers: {
        file: 'kunden.csv',
        columnNames: ['nr', 'vorname', 'nachname'],
        columns: { id: 'nr', name: { template: '{vorname} {nachname}', case: 'title' } },
      },
      orders: {
        from: 'order_lines',
        groupBy: ['Auftrag'],
        columns: {
          number: 'Auftrag',
          customer_id: 'Kunde',
          placed_at: 'Datum',
          country: { lookup: { table: 'countries', key: 'Land', value: 'Name' } },
        },
      },
      order_lines: {
        file: 'verkauf.csv',
        columns: {
          order_number: 'Auftrag',
          line: 'Pos',
          product_id: 'Artikel',
          quantity: 'Menge',
          unit_price: 'Preis',
          discount: { column: 'Rabatt', numbers: { percent: true } },
        },
      },
    },
  };

  it('brings in a shop of other names, formats and shapes', async () => {
    await bench.useShop(foreignShop);
    const report = await bench.run({ mapping });
    expect(errorsOf(report, 'orders')).toEqual([
      '5 Auftrag: is left out, because row 6 of verkauf.csv is bad',
      '6 : says something else about the same thing than row 5',
      '7 Datum: is not a date like dd.MM.yyyy',
      '7 Land: is not in laender.csv',
    ]);
    expect(report.totals).toEqual({
      orders: 2,
      lines: 3,
      revenue: '2226.06',
      revenueByCurrency: { EUR: '2226.06' },
    });
    expect(
      await bench.query(`SELECT o.number, o.country, o.placed_at, c.name FROM orders o JOIN customers c ON c.id = o.customer_id
                    ORDER BY 1`),
    ).toEqual([
      { number: 'V1', country: 'Deutschland', placed_at: new Date('2023-02-01'), name: 'Anna Meyer-Lang' },
      { number: 'V2', country: 'Österreich', placed_at: new Date('2023-02-02'), name: "Bo O'Neil" },
    ]);
    expect(
      await bench.query('SELECT slug, price_minor FROM products p JOIN categories c ON c.id = p.category_id'),
    ).toEqual([
      { slug: 'kuche', price_minor: 150000 },
      { slug: 'kuche', price_minor: 99 },
    ]);
    expect(report.notImported).toEqual([]);
  });

  it('is found in the folder itself', async () => {
    await bench.useShop({ ...foreignShop, 'mapping.json': JSON.stringify(mapping) });
    expect((await bench.run()).totals.revenue).toBe('2226.06');
  });

  it('that asks for what is not there fails the one file, with the names that are', async () => {
    const report = await bench.run({
      mapping: {
        files: { stock: { file: 'stock.csv', columns: { product: 'Artikel', available: 'available' } } },
      },
    });
    expect(fileOf(report, 'stock').failure).toBe(
      'stock.csv has no column "Artikel", which the mapping asks for; it has: product, available.',
    );
    expect(fileOf(report, 'orders').imported).toBe(2);
  });
});
