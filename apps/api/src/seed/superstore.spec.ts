import { beforeAll, describe, expect, it } from 'vitest';
import { add, formatDecimal, zero } from '../shop-import/decimal.js';
import { dayMs, readSuperstore, type Superstore } from './superstore.js';

let store: Superstore;
beforeAll(async () => {
  store = await readSuperstore();
});

describe('readSuperstore', () => {
  it('reads all there is, and sums it exactly', () => {
    expect(store.lines).toHaveLength(9_994);
    expect(store.orders).toHaveLength(5_009);
    expect(store.customers).toHaveLength(793);
    expect(formatDecimal(store.lines.map((line) => line.sales).reduce(add, zero))).toBe('2297200.8603');
  });

  it('makes two articles of an id with two names', () => {
    expect(store.articles).toHaveLength(1_894);
    expect(new Set(store.articles.map((article) => article.sku)).size).toBe(1_894);
    expect(store.articles.filter((article) => article.sku.endsWith('-2'))).toHaveLength(32);
    expect(
      store.articles
        .filter((article) => article.sku.startsWith('FUR-FU-10004848'))
        .map(({ sku, name }) => [sku, name]),
    ).toEqual([
      ['FUR-FU-10004848', 'Howard Miller 13-3/4" Diameter Brushed Chrome Round Wall Clock'],
      ['FUR-FU-10004848-2', 'DAX Solid Wood Frames'],
    ]);
  });

  it('gives an order one customer, one day and one address', () => {
    for (const { lines } of store.orders) {
      const heads = lines.map(({ orderDay, shipDay, customer, address }) =>
        JSON.stringify({ orderDay, shipDay, customer, address }),
      );
      expect(new Set(heads).size).toBe(1);
    }
  });

  it('ends on 30 December 2017', () => {
    const last = Math.max(...store.lines.map((line) => line.orderDay));
    expect(new Date(last * dayMs).toISOString()).toBe('2017-12-30T00:00:00.000Z');
  });

  it('gives postal codes their zeros back', () => {
    expect(store.lines.every((line) => /^\d{5}$/.test(line.address.postalCode))).toBe(true);
  });
});
