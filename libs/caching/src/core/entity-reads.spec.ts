import { describe, expect, it } from 'vitest';
import { divideReads, joinReads, ReadPatterns } from './entity-reads.js';
import type { Equality, RowRead } from './row-read.js';

const columns = ['id', 'name'];

function read(table: string, where: Readonly<Record<string, readonly string[]>>): RowRead {
  const equalities = Object.entries(where).map(([column, values]): Equality => ({ column, values }));
  return { table, where: equalities, columns };
}

/** The reads of each key of a batch of products; undefined for one whose reads cannot be told. */
function divided(
  reads: readonly RowRead[],
  keys: readonly string[],
  hashesOf: Readonly<Record<string, readonly string[]>> = {},
): (readonly RowRead[] | undefined)[] {
  const own = new Map(
    keys.map((key) => [
      key,
      new Map([
        ['products.id', [key]],
        ['assets.hash', hashesOf[key] ?? []],
      ]),
    ]),
  );
  const found = divideReads(reads, { keyColumn: 'products.id', own }, new ReadPatterns());
  return keys.map((key) => {
    const its = found.get(key);
    return its === undefined ? undefined : joinReads([its]);
  });
}

describe('the reads of a batch', () => {
  it('are divided by the values of the key’s column', () => {
    expect(divided([read('products', { id: ['1', '2', '3'] })], ['1', '2', '3'])).toEqual([
      [read('products', { id: ['1'] })],
      [read('products', { id: ['2'] })],
      [read('products', { id: ['3'] })],
    ]);
  });

  it('keep their other conditions', () => {
    const residual = { kind: 'null', column: 'deleted_at', isNull: true } as const;
    const whole = {
      ...read('products', { id: ['1', '2'], shop: ['a', 'b'] }),
      residuals: [residual],
      tested: ['deleted_at'],
    };
    expect(divided([whole], ['1', '2'])[1]).toEqual([
      { ...whole, where: read('products', { id: ['2'], shop: ['a', 'b'] }).where },
    ]);
  });

  it('are given whole to each key where they are the same for all', () => {
    const [catalogue, state] = [read('assets', {}), read('shops', { state: ['open'] })];
    expect(divided([read('products', { id: ['1', '2'] }), catalogue, state], ['1', '2'])[0]).toEqual([
      read('products', { id: ['1'] }),
      catalogue,
      state,
    ]);
  });

  it('are divided by what each value shows of another table', () => {
    const reads = [read('products', { id: ['1', '2'] }), read('assets', { hash: ['x', 'y', 'z'] })];
    expect(divided(reads, ['1', '2'], { 1: ['x', 'y'], 2: ['y', 'z'] })).toEqual([
      [read('products', { id: ['1'] }), read('assets', { hash: ['x', 'y'] })],
      [read('products', { id: ['2'] }), read('assets', { hash: ['y', 'z'] })],
    ]);
  });

  it('leave out what a key had no part in', () => {
    const reads = [read('products', { id: ['1', '2'] }), read('products', { id: ['1'] })];
    expect(divided(reads, ['1', '2'])[1]).toEqual([read('products', { id: ['2'] })]);
  });

  it.each([
    ['they are a page of the whole batch', { residuals: [{ kind: 'window', columns: [], values: [] }] }],
    ['they look for values that are no keys', { where: [{ column: 'id', values: ['1', '7'] }] }],
    [
      'they look for values of a column that is not the key’s',
      { where: [{ column: 'x', values: ['1', '2'] }] },
    ],
    ['they are not bound to any value', { where: [] }],
  ] as const)('are not divided where %s', (_, unusual) => {
    expect(divided([{ ...read('products', { id: ['1', '2'] }), ...unusual }], ['1', '2'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('are not divided where rows are read that no value shows', () => {
    const reads = [read('products', { id: ['1', '2'] }), read('assets', { hash: ['x', 'y'] })];
    expect(divided(reads, ['1', '2'], { 1: ['x'] })).toEqual([undefined, undefined]);
  });

  it('say nothing of a key that was not looked for', () => {
    expect(divided([read('products', { id: ['1'] })], ['1', 'abc'])[1]).toBeUndefined();
    expect(divided([], ['1', '2'])).toEqual([undefined, undefined]);
    expect(divided([], ['1'])).toEqual([undefined]);
  });

  it('belong to the one key of a batch whatever they are', () => {
    const reads = [read('products', {}), read('assets', { hash: ['x', 'y'] })];
    expect(divided(reads, ['1'])).toEqual([reads]);
  });
});

describe('the reads of many keys', () => {
  const patterns = new ReadPatterns();

  function ofKeys(keys: readonly string[]) {
    const own = new Map(keys.map((key) => [key, new Map([['products.id', [key]]])]));
    return divideReads(
      [read('products', { id: keys })],
      { keyColumn: 'products.id', own },
      patterns,
    ).values();
  }

  it('are told as one read, whenever each was made', () => {
    const owns = [...ofKeys(['1', '2', '3']), ...ofKeys(['4'])];
    expect(joinReads(owns)).toEqual([read('products', { id: ['1', '2', '3', '4'] })]);
  });

  it('are told as several before they would count as a read of the whole table', () => {
    const keys = Array.from({ length: 450 }, (_, at) => String(at));
    const owns = [...ofKeys(keys)];
    expect(joinReads(owns).map(({ where }) => where[0]?.values.length)).toEqual([200, 200, 50]);
  });
});
