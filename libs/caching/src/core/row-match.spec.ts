import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOrdered, orderedValue } from './ordered-values.js';
import { changeMatters, residualHolds } from './row-match.js';
import type { RowChange } from './row-change.js';
import type { Residual, RowRead } from './row-read.js';

const dear: Residual = {
  kind: 'comparison',
  columns: [{ column: 'price', type: 'integer' }],
  operator: '>=',
  values: ['100'],
};
const rated = (bound: string): Residual => ({
  ...dear,
  columns: [{ column: 'rating', type: 'decimal' }],
  values: [bound],
});
const dearProducts: RowRead = {
  table: 'products',
  where: [],
  columns: ['name', 'price'],
  residuals: [dear],
  tested: ['price'],
};

function update(before: object, after: object, ...changed: string[]): RowChange {
  return { kind: 'update', table: 'products', before: { ...before }, after: { ...after }, changed };
}

const page = (isDescending: boolean, areNullsFirst: boolean, value: string | null): Residual => ({
  kind: 'window',
  columns: [{ column: 'rank', type: 'integer', isDescending, areNullsFirst }],
  values: [value],
});

describe(changeMatters.name, () => {
  it('sees that a row leaves what is asked for, though what it leaves by is not shown', () => {
    const read: RowRead = {
      table: 'products',
      where: [{ column: 'shelf', values: ['1'] }],
      columns: ['name'],
    };
    expect(changeMatters(read, update({ shelf: 1 }, { shelf: 2 }, 'shelf'))).toBe(true);
    expect(changeMatters(read, update({ shelf: 2 }, { shelf: 3 }, 'shelf'))).toBe(false);
  });

  it('passes over other tables, other values and other columns', () => {
    const read: RowRead = {
      table: 'products',
      where: [{ column: 'id', values: ['1', '2'] }],
      columns: ['id', 'name'],
    };
    const row = { id: 1, name: 'a', price: 5 };
    expect(changeMatters(read, update(row, { ...row, price: 6 }, 'price'))).toBe(false);
    expect(changeMatters(read, update(row, { ...row, name: 'b' }, 'name'))).toBe(true);
    expect(changeMatters(read, { kind: 'insert', table: 'products', after: { id: 3 } })).toBe(false);
    expect(changeMatters(read, { kind: 'delete', table: 'reviews', before: { id: 1 } })).toBe(false);
    expect(changeMatters(read, { kind: 'table', table: 'products' })).toBe(true);
  });

  it('takes a value that the image does not tell for any value', () => {
    const read: RowRead = { table: 'products', where: [{ column: 'id', values: ['1'] }], columns: undefined };
    expect(changeMatters(read, { kind: 'insert', table: 'products', after: {} })).toBe(true);
    expect(changeMatters(read, { kind: 'insert', table: 'products', after: { id: 2 ** 60 } })).toBe(true);
    expect(changeMatters(read, { kind: 'insert', table: 'products', after: { id: null } })).toBe(false);
  });

  it('passes over a change between values that fulfil a comparison alike', () => {
    expect(changeMatters(dearProducts, update({ price: 150 }, { price: 200 }, 'price'))).toBe(false);
    expect(changeMatters(dearProducts, update({ price: 50 }, { price: 60 }, 'price'))).toBe(false);
    expect(changeMatters(dearProducts, update({ price: 50 }, { price: 100 }, 'price'))).toBe(true);
    expect(changeMatters(dearProducts, update({ price: 100 }, { price: null }, 'price'))).toBe(true);
    expect(changeMatters(dearProducts, update({}, {}, 'price'))).toBe(true);
    expect(changeMatters(dearProducts, update({}, {}, 'weight'))).toBe(false);
  });
});

describe(residualHolds.name, () => {
  it('compares rows from left to right', () => {
    const cursor: Residual = {
      kind: 'comparison',
      columns: [
        { column: 'rank', type: 'integer' },
        { column: 'id', type: 'integer' },
      ],
      operator: '>',
      values: ['5', '9'],
    };
    expect(residualHolds(cursor, { rank: 6, id: 1 })).toBe(true);
    expect(residualHolds(cursor, { rank: 5, id: 9 })).toBe(false);
    expect(residualHolds(cursor, { rank: 5, id: 10 })).toBe(true);
    expect(residualHolds(cursor, { rank: 4, id: null })).toBe(false);
    expect(residualHolds(cursor, { rank: 5, id: null })).toBe(false);
    expect(residualHolds(cursor, { rank: 5 })).toBeUndefined();
  });

  it('does not tell decimals and instants apart that JSON or a Date may have made equal', () => {
    const costly: Residual = { ...dear, columns: [{ column: 'cost', type: 'numeric' }], values: ['3.0'] };
    expect(residualHolds(costly, { cost: 3 })).toBeUndefined();
    expect(residualHolds(costly, { cost: 3.01 })).toBe(true);
    const recent: Residual = {
      ...dear,
      columns: [{ column: 'at', type: 'timestamptz' }],
      values: [String(Date.UTC(2026, 0, 1, 10))],
    };
    expect(residualHolds(recent, { at: '2026-01-01T11:00:00.0004+01:00' })).toBeUndefined();
    expect(residualHolds(recent, { at: '2026-01-01T10:00:00.001+00:00' })).toBe(true);
    expect(residualHolds(recent, { at: 'infinity' })).toBeUndefined();
  });

  it('knows decimals to be equal that are too short to be rounded', () => {
    expect(residualHolds(rated('3.00'), { rating: 3 })).toBe(true);
    expect(residualHolds({ ...rated('3.0'), operator: '>' } as Residual, { rating: 3 })).toBe(false);
    expect(residualHolds(rated('3.0'), { rating: 2.99 })).toBe(false);
    expect(residualHolds(rated('3.0'), { rating: 0.1 + 0.2 })).toBeUndefined();
    expect(residualHolds(rated('3.0'), { rating: 'NaN' })).toBeUndefined();
    expect(orderedValue('decimal', '3.000000000000001')).toBeUndefined();
    expect(orderedValue('decimal', '3.00000000000001')).toBe('3.00000000000001');
  });

  it('compares texts by their code points, as their bytes in UTF-8 compare', () => {
    const letters = ['\u{1F60A}', '\u{10000}', '\uFB00', '\uE000', '\uD7FF', 'é', 'z', 'A'];
    const text = fc.array(fc.constantFrom(...letters), { maxLength: 4 }).map((some) => some.join(''));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const order = compareOrdered('text', one, other);
        const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
        expect(Math.sign(order ?? Number.NaN)).toBe(bytes);
      }),
      { seed: 5 },
    );
  });

  it('tells that a row is not found by a search, never that it is', () => {
    const found: Residual = {
      kind: 'search',
      column: 'document',
      queries: [[[" 'chair"], [" 'leather'", " 'black'"]], [[" 'lamp'"]]],
    };
    expect(residualHolds(found, { document: `'chairman':2 'leather':1` })).toBeUndefined();
    expect(residualHolds(found, { document: `'lamp'` })).toBeUndefined();
    expect(residualHolds(found, { document: `'chair':2 'red':1` })).toBe(false);
    expect(residualHolds(found, { document: null })).toBe(false);
    expect(residualHolds(found, {})).toBeUndefined();
  });

  it('places NULL in a page where the order does', () => {
    expect(residualHolds(page(false, false, '5'), { rank: null })).toBe(false);
    expect(residualHolds(page(true, true, '5'), { rank: null })).toBe(true);
    expect(residualHolds(page(true, false, null), { rank: 1 })).toBe(true);
    expect(residualHolds(page(true, false, '5'), { rank: 4 })).toBe(false);
    expect(residualHolds(page(false, false, '5'), { rank: 5 })).toBe(true);
  });
});
