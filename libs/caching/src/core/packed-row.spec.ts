import { describe, expect, it } from 'vitest';
import { RowPacking, type Packed } from './packed-row.js';

class Asset {
  constructor(readonly hash: string) {}
}

class Product {
  readonly #secret = 1;
  readonly asset = new Asset('a');
  readonly createdAt = new Date(5);
  readonly tags: unknown[] = ['x', { y: [1n] }];
  name = 'Chair';

  get shout(): string {
    return `${this.name}!`;
  }

  secret(): number {
    return this.#secret;
  }
}

class Stranger {
  readonly id = '1';
}

const packing = new RowPacking([Asset, Product]);

/** As it comes back from another node. */
function travelled(value: unknown): unknown {
  return packing.unpack(JSON.parse(JSON.stringify(packing.pack(value))) as Packed);
}

describe('rows that are packed', () => {
  it.each([
    ['text and numbers', { name: 'a', price: 1.5, isNew: true, cost: null }],
    ['what JSON has no word for', [undefined, 12n, Number.NaN, Infinity, -Infinity, -0]],
    ['dates and bytes', { at: new Date(7), thumbhash: Buffer.from([1, 2, 255]) }],
    ['objects and lists in one another', { a: [{ b: { c: [] } }], d: {} }],
    ['nothing', undefined],
    ['lists that look like packed values', [['undefined'], ['date', 1], [0, {}, []]]],
    ['names that objects have by nature', { constructor: 'c', toString: 't' }],
  ])('come back as they were: %s', (_, value) => {
    expect(travelled(value)).toStrictEqual(value);
  });

  it('come back as instances of their classes, with what these can do', () => {
    const back = travelled(new Product()) as Product;
    expect(back).toBeInstanceOf(Product);
    expect(back.asset).toStrictEqual(new Asset('a'));
    expect(back.shout).toBe('Chair!');
    expect(Object.keys(back)).toEqual(Object.keys(new Product()));
  });

  it('are each time new, down to the last date', () => {
    const packed = packing.pack(new Product()) ?? null;
    const [one, other] = [packing.unpack(packed) as Product, packing.unpack(packed) as Product];
    one.name = 'Table';
    one.tags.push('z');
    one.createdAt.setTime(9);
    expect(other).toEqual(new Product());
    expect(packing.unpack(packed)).toEqual(new Product());
  });

  it.each([
    ['an instance of a class that was not named', [new Stranger()]],
    ['a map', new Map()],
    ['a function', { load: () => 1 }],
    ['a symbol', { [Symbol('x')]: 1 }],
    ['an accessor', Object.defineProperty({}, 'x', { get: () => 1, enumerable: true })],
    ['a hidden property', Object.defineProperty({}, 'x', { value: 1 })],
    ['a list with a gap', Object.assign([1], { 3: 1 })],
    ['a date that is none', new Date(Number.NaN)],
    ['a property that would change the prototype', JSON.parse('{"__proto__": 1}')],
    ['an object without a prototype', Object.create(null)],
  ])('are refused where they would come back as something else: %s', (_, value) => {
    expect(packing.pack(value)).toBeUndefined();
  });

  it('are refused where they contain themselves', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = [cycle];
    expect(packing.pack(cycle)).toBeUndefined();
  });
});
