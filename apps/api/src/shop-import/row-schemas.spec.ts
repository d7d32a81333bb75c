import { describe, expect, it } from 'vitest';
import { formatDecimal } from './decimal.js';
import { checkRow } from './row-schemas.js';
import type { FileKind } from './shop-files.js';

const good: Readonly<Record<FileKind, Readonly<Record<string, string>>>> = {
  categories: { id: '1', name: 'Chairs' },
  products: { sku: 'A-1', name: 'Chair', category_id: '1', price: '19.99' },
  customers: { id: 'C1', name: 'Ada' },
  orders: { number: 'O1', customer_id: 'C1', placed_at: '2016-11-08' },
  order_lines: { order_number: 'O1', product_id: 'A-1', quantity: '2', unit_price: '9.995' },
  reviews: { product: 'A-1', customer: 'C1', rating: '5', created_at: '2016-12-01' },
  stock: { product: 'A-1', available: '0' },
  images: { product: 'A-1', file: 'a.png' },
};

function problemsOf(kind: FileKind, changes: Readonly<Record<string, string | undefined>>): string[] {
  const values = { ...good[kind], ...changes };
  const present = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const checked = checkRow(kind, Object.fromEntries(present));
  return checked.ok ? [] : checked.problems.map(({ column, reason }) => `${column} ${reason}`);
}

describe('checkRow', () => {
  it.each(Object.keys(good) as FileKind[])('takes the smallest row of %s', (kind) => {
    expect(problemsOf(kind, {})).toEqual([]);
  });

  it.each<[FileKind, Record<string, string | undefined>, string]>([
    ['categories', { name: undefined }, 'name is missing'],
    ['categories', { name: 'x'.repeat(201) }, 'name is longer than 200 characters'],
    ['products', { price: '19,99' }, 'price is not a number such as 1234.5'],
    ['products', { price: '-1' }, 'price is negative'],
    ['products', { price: '1234567890123456' }, 'price has more than 15 digits before or 20 after the point'],
    ['products', { sku: undefined }, 'sku is missing'],
    ['products', { currency: 'USX' }, 'currency is not a currency of ISO 4217 such as USD'],
    ['customers', { email: 'nobody' }, 'email is not an e-mail address'],
    [
      'orders',
      { placed_at: '08/11/2016' },
      'placed_at is not a date such as 2016-11-08 or 2016-11-08T14:30:00Z',
    ],
    [
      'orders',
      { placed_at: '2016-02-30' },
      'placed_at is not a date such as 2016-11-08 or 2016-11-08T14:30:00Z',
    ],
    [
      'orders',
      { status: 'lost' },
      'status is none of PLACED, SHIPPED, DELIVERED, CANCELLED; give your own words a meaning in the mapping',
    ],
    ['order_lines', { quantity: '-2' }, 'quantity is less than 1'],
    ['order_lines', { quantity: '1.5' }, 'quantity is not a whole number'],
    ['order_lines', { quantity: '3000000000' }, 'quantity is more than 2147483647'],
    ['order_lines', { discount: '20' }, 'discount is not between 0 and 1; write 20 % as 0.2'],
    ['order_lines', { unit_price: undefined }, 'unit_price is missing'],
    ['order_lines', { product_id: undefined }, 'product_id is missing'],
    ['reviews', { rating: '6' }, 'rating is more than 5'],
    [
      'reviews',
      { customer: undefined },
      'customer is missing, and so are author and email: somebody must have written the review',
    ],
    ['stock', { available: '-1' }, 'available is less than 0'],
    ['images', { file: undefined }, 'file is missing'],
  ])('refuses %s with %j', (kind, changes, problem) => {
    expect(problemsOf(kind, changes)).toEqual([problem]);
  });

  it('names every bad cell of a row', () => {
    expect(problemsOf('order_lines', { quantity: 'two', unit_price: 'x', discount: '2' })).toHaveLength(3);
  });

  it('keeps numbers exactly and takes whole numbers with a zero fraction', () => {
    const checked = checkRow('order_lines', { ...good.order_lines, quantity: '2.0', profit: '-0.10' });
    if (!checked.ok) throw new Error('the row is good');
    expect(checked.row.quantity).toBe(2);
    expect(formatDecimal(checked.row.unit_price)).toBe('9.995');
    expect(checked.row.profit && formatDecimal(checked.row.profit)).toBe('-0.1');
  });

  it('reads times into UTC and the words of a status in any case', () => {
    const checked = checkRow('orders', {
      ...good.orders,
      placed_at: '2016-11-08T01:00+02:00',
      status: 'canceled',
    });
    if (!checked.ok) throw new Error('the row is good');
    expect(checked.row).toMatchObject({ placed_at: '2016-11-07T23:00:00.000Z', status: 'CANCELLED' });
  });
});
