import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyText } from './key-text.js';
import { watchScope } from './scope.js';

class Product {
  constructor(
    readonly id: string,
    readonly price: bigint,
  ) {}
}

describe('the text of a key', () => {
  it('is the same for equal values, in whatever order their properties were set', () => {
    expect(keyText([{ a: 1, b: { c: 2, d: 3 } }])).toBe(keyText([{ b: { d: 3, c: 2 }, a: 1 }]));
    expect(keyText([new Product('1', 5n)])).toBe(keyText([new Product('1', 5n)]));
  });

  it('is another for values that differ', () => {
    const values = [
      undefined, null, 0, -0, 1, 1n, '1', 'null', Number.NaN, true, 'true', [], [[]], {}, [undefined], [null],
      { a: undefined }, { a: '1' }, { a: 1 }, new Date(1), new Date(2), new Map([[1, 2]]), new Set([1, 2]), [1, 2],
      new Product('1', 5n), new Product('1', 6n), { id: '1', price: 5n }, '[1,2]', '{"a":1}', { 'a":1,"b': 2 },
    ]; // prettier-ignore
    expect(new Set(values.map((value) => keyText([value]))).size).toBe(values.length);
    expect(keyText(['a', 'b'])).not.toBe(keyText(['a","b']));
  });

  it('tells apart any two values of JSON that are not equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const areEqual = JSON.stringify(one) === JSON.stringify(other);
        if (!areEqual && keyText([one]) === keyText([other])) expect(one).toEqual(other);
      }),
      { seed: 5, numRuns: 2_000 },
    );
  });

  it('does not exist for what shows only a part of itself', () => {
    class Hiding {
      readonly #state: number;
      constructor(state: number) {
        this.#state = state;
      }
      get state() {
        return this.#state;
      }
    }
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const refused = [new Hiding(1), new URL('http://shop/'), () => 1, Symbol('s'), cycle, Promise.resolve(1)];
    for (const value of refused) expect(keyText([value])).toBeUndefined();
    expect(keyText([Array.from({ length: 20_000 }, (_, at) => at)])).toBeUndefined();
  });

  it('does not exist for what holds something watched, and reads nothing of it', () => {
    const read: string[] = [];
    const viewer = watchScope({ role: 'staff' }, { role: 'role' }, (level) => read.push(level));
    expect([keyText([{ viewer }]), read]).toEqual([undefined, []]);
  });
});
