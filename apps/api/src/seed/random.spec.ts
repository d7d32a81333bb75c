import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

const numbers = (random: Random, count: number) => Array.from({ length: count }, () => random.bits());

describe('Random', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    expect(numbers(new Random(42, 'test'), 4)).toEqual(numbers(new Random(42, 'test'), 4));
    expect(numbers(new Random(42, 'test'), 4)).toMatchInlineSnapshot(`
      [
        1204338645,
        2764195243,
        706793932,
        1853894826,
      ]
    `);
  });

  it('gives every purpose numbers of its own, whatever others draw', () => {
    const random = new Random(42);
    const before = numbers(random.fork('reviews'), 3);
    numbers(random.fork('stock'), 100);
    numbers(random, 100);
    expect(numbers(random.fork('reviews'), 3)).toEqual(before);
    expect(numbers(random.fork('stock'), 3)).not.toEqual(before);
  });

  it('spreads its fractions evenly', () => {
    const random = new Random(1);
    const buckets = Array.from({ length: 16 }, () => 0);
    for (let draw = 0; draw < 160_000; draw += 1) {
      const bucket = random.integer(0, 15);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // Chi-squared with 15 degrees of freedom is above 37.7 once in a thousand seeds; this seed is fixed.
    const chiSquared = buckets.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(37.7);
  });

  it('keeps to the mean and the deviation that it is asked for', () => {
    const random = new Random(2);
    const draws = Array.from({ length: 20_000 }, () => random.normal(3, 0.5));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(3, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
  });

  it('samples without taking anything twice', () => {
    const random = new Random(3);
    expect(random.sample([1, 2, 3, 4, 5], 5).toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(random.sample([1, 2], 5)).toHaveLength(2);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('makes UUIDs of version 7 that sort by time', () => {
    const random = new Random(4);
    const ids = [1_500_000_000_000, 1_500_000_000_001, 1_700_000_000_000].map((time) => random.uuid(time));
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.toSorted()).toEqual(ids);
  });
});
