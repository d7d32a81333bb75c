import { describe, expect, it } from 'vitest';
import { Fence } from './fence.js';
import type { RowChange } from './row-change.js';
import type { RowRead } from './row-read.js';

const productById = (id: string): RowRead => ({
  table: 'products',
  where: [{ column: 'id', values: [id] }],
  columns: ['id', 'name', 'price'],
});
const productsIn = (...categories: string[]): RowRead => ({
  table: 'products',
  where: [{ column: 'category_id', values: categories }],
  columns: ['id', 'name', 'price'],
});
const cheaperThan = (price: string): RowRead => ({
  table: 'products',
  where: [{ column: 'category_id', values: ['1'] }],
  columns: ['id', 'price'],
  tested: ['price'],
  residuals: [
    { kind: 'comparison', columns: [{ column: 'price', type: 'integer' }], operator: '<', values: [price] },
  ],
});
const renamed = (id: number, category = 1): RowChange => ({
  kind: 'update',
  table: 'products',
  before: { id, category_id: category, name: 'old' },
  after: { id, category_id: category, name: 'new' },
  changed: ['name'],
});

function hundredFrom(first: number): string[] {
  return Array.from({ length: 100 }, (_, at) => String(first + at));
}

function cheapAmongCodes(codes: readonly string[]): RowRead {
  const where = [
    { column: 'category_id', values: ['1', '2', '3'] },
    { column: 'code', values: codes },
  ];
  return { ...cheaperThan('10'), where };
}

/** An entry that is filled between `begin` and `end`. */
function fill(fence: Fence, ...reads: RowRead[]) {
  const bornAt = fence.reached;
  return { end: () => ({ bornAt, cells: fence.hold({ reads, tags: [] }) }) };
}

function commit(fence: Fence, sequence: number, ...changes: RowChange[]): void {
  fence.apply({ changes, tags: [] }, sequence);
  fence.reach(sequence);
}

describe('Fence', () => {
  it('keeps true what no write has touched', () => {
    const fence = new Fence();
    const entry = fill(fence, productById('7')).end();
    commit(fence, 1, renamed(8));
    expect(fence.isTrue(entry)).toBe(true);
    expect(fence.whyNot(entry)).toBeUndefined();
  });

  it('gives up what a later write has touched, and says by what', () => {
    const fence = new Fence();
    const entry = fill(fence, productById('7')).end();
    commit(fence, 1, renamed(7));
    expect(fence.isTrue(entry)).toBe(false);
    expect(fence.whyNot(entry)).toEqual({ reason: 'moved', tag: 'products(id)[id,name,price]=7' });
  });

  it('gives up what a write has touched while it was being made, although nobody knew yet what it would read', () => {
    const fence = new Fence();
    const filling = fill(fence, productById('7'), productsIn('1'));
    commit(fence, 1, renamed(7));
    expect(fence.isTrue(filling.end())).toBe(false);
    expect(fence.isTrue(fill(fence, productById('7')).end())).toBe(true);
  });

  it('gives up the lists that a row has left and those that it has come to', () => {
    const fence = new Fence();
    const [left, come, other] = ['1', '2', '3'].map((category) => fill(fence, productsIn(category)).end());
    const before = { id: 7, category_id: 1 };
    const after = { id: 7, category_id: 2 };
    commit(fence, 1, { kind: 'update', table: 'products', before, after, changed: ['category_id'] });
    expect([left, come, other].map((entry) => entry && fence.isTrue(entry))).toEqual([false, false, true]);
  });

  it('lets be what does not depend on the changed column', () => {
    const fence = new Fence();
    const entry = fill(fence, { table: 'products', where: [], columns: ['id', 'price'] }).end();
    commit(fence, 1, renamed(7));
    expect(fence.isTrue(entry)).toBe(true);
    commit(fence, 2, { kind: 'insert', table: 'products', after: { id: 9, category_id: 1 } });
    expect(fence.isTrue(entry)).toBe(false);
  });

  it('gives up everything of a table that was changed as a whole', () => {
    const fence = new Fence();
    const entry = fill(fence, productById('7')).end();
    const other = fill(fence, { table: 'orders', where: [], columns: undefined }).end();
    commit(fence, 1, { kind: 'table', table: 'products' });
    expect(fence.isTrue(entry)).toBe(false);
    expect(fence.isTrue(other)).toBe(true);
    expect(fence.isTrue(fill(fence, productById('7')).end())).toBe(true);
  });

  it('remembers a move after the last entry that depended on it has gone', () => {
    const fence = new Fence();
    const early = fill(fence, productById('7'));
    fence.release(fill(fence, productById('7')).end().cells);
    commit(fence, 1, renamed(7));
    expect(fence.isTrue(early.end())).toBe(false);
  });

  it('knows the past of what is read in a new way', () => {
    const fence = new Fence();
    commit(fence, 1, renamed(7));
    const early = fill(fence, productById('7'));
    commit(fence, 2, renamed(7));
    // The first read of this shape ever, by a fill that began before the second write.
    expect(fence.isTrue(early.end())).toBe(false);
    // Thousands of changes later the node no longer knows which rows they were, and trusts nothing from before.
    const old = fill(fence, productById('9'));
    for (let sequence = 3; sequence < 3_000; sequence += 1) commit(fence, sequence, renamed(8));
    const strange: RowRead = {
      table: 'products',
      where: [{ column: 'name', values: ['x'] }],
      columns: undefined,
    };
    expect(fence.isTrue(old.end())).toBe(true);
    expect(fence.isTrue({ bornAt: 2, cells: fence.hold({ reads: [strange], tags: [] }) })).toBe(false);
  });

  it('gives up by tags that somebody has declared', () => {
    const fence = new Fence();
    const entry = { bornAt: fence.reached, cells: fence.hold({ reads: [], tags: ['front-page'] }) };
    fence.apply({ changes: [], tags: ['other'] }, 1);
    expect(fence.isTrue(entry)).toBe(true);
    fence.apply({ changes: [], tags: ['front-page'] }, 2);
    expect(fence.isTrue(entry)).toBe(false);
  });

  it('gives up everything from before a place up to which it may have missed something', () => {
    const fence = new Fence();
    const entry = fill(fence, productById('7')).end();
    fence.forget(5);
    expect(fence.whyNot(entry)).toEqual({ reason: 'forgotten' });
    expect(fence.isTrue(fill(fence, productById('7')).end())).toBe(true);
  });

  it('does not know rows by a value that the image leaves out, and gives up all that it may be', () => {
    const fence = new Fence();
    const entry = fill(fence, productsIn('1')).end();
    commit(fence, 1, { kind: 'insert', table: 'products', after: { id: 9 } });
    expect(fence.isTrue(entry)).toBe(false);
  });

  it('touches no equality with a row whose value is NULL', () => {
    const fence = new Fence();
    const entry = fill(fence, productsIn('1')).end();
    commit(fence, 1, { kind: 'insert', table: 'products', after: { id: 9, category_id: null } });
    expect(fence.isTrue(entry)).toBe(true);
  });

  it('tests a changed row by the further conditions of a read, and moves what may see it', () => {
    const fence = new Fence();
    const [cheap, dear] = ['100', '900'].map((price) => fill(fence, cheaperThan(price)).end());
    const before = { id: 7, category_id: 1, price: 500 };
    const after = { ...before, price: 600 };
    commit(fence, 1, { kind: 'update', table: 'products', before, after, changed: ['price'] });
    expect([cheap, dear].map((entry) => entry && fence.isTrue(entry))).toEqual([true, true]);
    const low = { ...before, price: 50 };
    commit(fence, 2, { kind: 'update', table: 'products', before: after, after: low, changed: ['price'] });
    expect([cheap, dear].map((entry) => entry && fence.isTrue(entry))).toEqual([false, true]);
    const high = { ...before, price: 950 };
    commit(fence, 3, { kind: 'update', table: 'products', before: low, after: high, changed: ['price'] });
    expect(dear && fence.isTrue(dear)).toBe(false);
  });

  it('gives up a list that a row leaves by the value that it is looked up by, whatever else is tested', () => {
    const fence = new Fence();
    const entry = fill(fence, cheaperThan('100')).end();
    const before = { id: 7, category_id: 1, price: 50 };
    const after = { ...before, category_id: 2 };
    commit(fence, 1, { kind: 'update', table: 'products', before, after, changed: ['category_id'] });
    expect(fence.isTrue(entry)).toBe(false);
  });

  it('tells apart reads with the same conditions whose many values are not told one by one', () => {
    const fence = new Fence();
    fill(fence, cheapAmongCodes(hundredFrom(100))).end();
    const entry = fill(fence, cheapAmongCodes(hundredFrom(300))).end();
    commit(fence, 1, { kind: 'insert', table: 'products', after: { category_id: 1, code: '305', price: 5 } });
    expect(fence.isTrue(entry)).toBe(false);
  });

  it('keeps an answer from another node that none of the latest changes could have entered', () => {
    const fence = new Fence();
    const bornAt = fence.reached;
    fill(fence, cheaperThan('1')).end();
    commit(fence, 1, { kind: 'insert', table: 'products', after: { id: 9, category_id: 1, price: 20 } });
    const admitted = (price: string) => ({
      bornAt,
      cells: fence.hold({ reads: [cheaperThan(price)], tags: [] }),
    });
    expect(fence.isTrue(admitted('10'))).toBe(true);
    expect(fence.isTrue(admitted('30'))).toBe(false);
    // So many changes later it is not worth looking at each of them.
    const dear: RowChange = { kind: 'insert', table: 'products', after: { category_id: 1, price: 90 } };
    for (let sequence = 2; sequence < 300; sequence += 1) commit(fence, sequence, dear);
    expect(fence.isTrue(admitted('11'))).toBe(false);
  });
});
