import { describe, expect, it } from 'vitest';
import { DistinctCount } from './distinct-count.js';
import { OperationStatistics } from './operation-statistics.js';

describe(DistinctCount, () => {
  it.each([0, 1, 10, 1_000, 100_000])(
    'counts %i different things to a tenth, however often each comes',
    (count) => {
      const distinct = new DistinctCount();
      for (let repeat = 0; repeat < 2; repeat += 1)
        for (let thing = 0; thing < count; thing += 1) distinct.add(`thing ${thing}`);
      expect(Math.abs(distinct.estimate - count)).toBeLessThanOrEqual(count * 0.1);
    },
  );
});

describe(OperationStatistics, () => {
  it('tells what an operation gains and what it could gain', () => {
    const statistics = new OperationStatistics();
    for (let at = 0; at < 40; at += 1) statistics.miss('Product', `product ${at % 10}`, 5);
    statistics.hit('Product', 60);
    const [product] = statistics.figures();
    expect(product).toMatchObject({ requests: 100, hits: 60, hitRatio: 0.6, computeMs: 200 });
    expect(product?.possibleHitRatio).toBeCloseTo(0.9);
    expect(product?.hitRatioImpact).toBeCloseTo(0.3);
  });

  it('expects nothing of answers that nobody else may be given', () => {
    const statistics = new OperationStatistics();
    for (let at = 0; at < 10; at += 1) statistics.miss('Me', undefined, 5);
    expect(statistics.figures()).toMatchObject([{ requests: 10, possibleHitRatio: 0, hitRatioImpact: 0 }]);
  });

  it('puts first what would help all requests together the most', () => {
    const statistics = new OperationStatistics();
    for (let at = 0; at < 100; at += 1) statistics.miss('Large', 'the same', 5);
    for (let at = 0; at < 10; at += 1) statistics.miss('Small', 'the same', 5);
    expect(statistics.figures().map(({ operation }) => operation)).toEqual(['Large', 'Small']);
  });

  it('counts the five hundred first names by themselves, and no client can make it count more', () => {
    const statistics = new OperationStatistics();
    for (let at = 0; at < 2_000; at += 1) statistics.hit(`Name${at}`, 1);
    const figures = statistics.figures();
    expect(figures).toHaveLength(501);
    expect(figures.find(({ operation }) => operation === '(others)')).toMatchObject({ hits: 1_500 });
  });
});
