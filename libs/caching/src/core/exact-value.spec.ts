import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactCodec } from './exact-value.js';
import { decodeStored, encodeStored } from './cached-value.js';

function roundTrip(value: unknown): unknown {
  const encoded = exactCodec.encode(value);
  if (encoded === undefined) return 'refused';
  const stored = decodeStored(
    encodeStored({
      encoded,
      kind: 'value',
      scope: 'public',
      bornAt: 1,
      dependencies: { reads: [], tags: [] },
      storedAtMs: 1,
      random: 0,
      changes: undefined,
      computeMs: 1,
    }),
  );
  return stored === undefined ? 'unreadable' : exactCodec.decode(stored.encoded);
}

describe('the exact form of a value', () => {
  it('gives back whatever it takes, on this node and on another', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withUnicodeString: true,
    });
    let kept = 0;
    fc.assert(
      fc.property(anything, (value) => {
        const back = roundTrip(value);
        if (back === 'refused') return;
        kept += 1;
        expect(back).toStrictEqual(value);
      }),
      { seed: 3, numRuns: 3_000 },
    );
    expect(kept).toBeGreaterThan(1_500);
  });

  it('is JSON for what JSON says exactly', () => {
    expect(exactCodec.encode({ a: [1, 'ü', null, true], ['__proto__']: 1 })?.form).toBe('json');
    for (const value of [undefined, { a: undefined }, [Number.NaN], -0, 5n, new Date(0), Array(2)]) {
      expect(exactCodec.encode(value)?.form).toBe('binary');
    }
  });

  it('keeps that two properties are the same object, and cycles', () => {
    const price = { amount: 1 };
    const product: { now: object; before: object; self?: object } = { now: price, before: price };
    product.self = product;
    const back = roundTrip(product) as typeof product;
    expect([back.now === back.before, back.self === back]).toEqual([true, true]);
  });

  it('is refused to what would come back as something else', () => {
    class Price {
      amount = 1;
    }
    const refused = [
      new Price(),
      { price: new Price() },
      new Map([[1, new Price()]]),
      () => 1,
      Symbol('s'),
      { [Symbol('s')]: 1 },
      new Error('e'),
      /x/y,
      Object.create(null),
      Object.assign([1], { total: 5 }),
      {
        get price() {
          return 1;
        },
      },
      { toJSON: () => 1 },
      Object.assign(new Date(0), { zone: 'utc' }),
      Promise.resolve(1),
      new WeakMap(),
    ];
    for (const value of refused) expect(exactCodec.encode(value)).toBeUndefined();
  });
});
