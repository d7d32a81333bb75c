import { describe, expect, it } from 'vitest';
import { Money } from './money.js';

describe('money', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [99, '0.99'],
    [100, '1.00'],
    [123_456, '1234.56'],
    [-7, '-0.07'],
    [-12_345, '-123.45'],
    [2_147_483_647, '21474836.47'],
  ])('of %i minor units is exactly %s', (amount, exact) => {
    expect(new Money(amount, 'USD').exact).toBe(exact);
  });

  it.each([
    ['JPY', 1_234, '1234'],
    ['KWD', 5, '0.005'],
    ['KWD', -12_345, '-12.345'],
  ])('of %s has as many decimals as its minor unit', (currency, amount, exact) => {
    expect(new Money(amount, currency).exact).toBe(exact);
  });

  it('that was charged to a fraction of a unit keeps it', () => {
    expect(new Money(95_758, 'USD', '957.5775').exact).toBe('957.5775');
  });
});
