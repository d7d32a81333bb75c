import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  type Decimal,
  divide,
  formatDecimal,
  multiply,
  parseDecimal,
  roundTo,
  subtract,
  toMinorUnits,
} from './decimal.js';

const decimals = fc.record({
  digits: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
  scale: fc.integer({ min: 0, max: 12 }),
});

function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`${text} is no decimal`);
  return value;
}

const equal = (a: Decimal, b: Decimal) => compare(a, b) === 0;

describe('decimal', () => {
  it('reads back every value that it writes', () => {
    fc.assert(fc.property(decimals, (value) => equal(decimal(formatDecimal(value)), value)));
  });

  it('writes a value the same way however many zeros it came with', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 5 }), ({ digits, scale }, zeros) => {
        const padded = { digits: digits * 10n ** BigInt(zeros), scale: scale + zeros };
        expect(formatDecimal(padded)).toBe(formatDecimal({ digits, scale }));
      }),
    );
  });

  it('adds and multiplies as whole numbers do', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) => {
        expect(equal(add(a, b), add(b, a))).toBe(true);
        expect(equal(multiply(a, b), multiply(b, a))).toBe(true);
        expect(equal(add(add(a, b), c), add(a, add(b, c)))).toBe(true);
        expect(equal(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
        expect(equal(subtract(add(a, b), b), a)).toBe(true);
      }),
    );
  });

  it('divides exactly where the quotient ends', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        fc.pre(b.digits !== 0n);
        const product = multiply(a, b);
        expect(equal(divide(product, b, product.scale), a)).toBe(true);
      }),
    );
  });

  it('rounds to the nearest value, and a half away from zero', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 6 }), (value, places) => {
        const error = subtract(roundTo(value, places), value);
        const half = { digits: 5n, scale: places + 1 };
        const magnitude = error.digits < 0n ? { ...error, digits: -error.digits } : error;
        expect(compare(magnitude, half)).toBeLessThanOrEqual(0);
        if (compare(magnitude, half) === 0) expect(error.digits > 0n).toBe(value.digits > 0n);
      }),
    );
  });

  it.each([
    ['0.005', 1n],
    ['-0.005', -1n],
    ['957.5775', 95758n],
    ['2.674999', 267n],
    ['1.005', 101n],
  ])('turns %s into %d cents', (amount, cents) => {
    expect(toMinorUnits(decimal(amount), 2)).toBe(cents);
  });

  it.each(['', '.', '-', '1e3', '1,000', ' 1', '0x10', 'NaN', '١٢', '1.', '--1'])(
    'does not take %j for a number',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  it('multiplies quantity, price and discount without a trace of binary fractions', () => {
    const amount = multiply(multiply(decimal('3'), decimal('0.1')), subtract(decimal('1'), decimal('0.2')));
    expect(formatDecimal(amount)).toBe('0.24');
  });

  it('refuses to divide by zero', () => {
    expect(() => divide(decimal('1'), decimal('0.00'), 2)).toThrow(RangeError);
  });
});
