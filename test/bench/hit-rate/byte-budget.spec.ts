import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../support/seeded-random.js';
import { ByteBudget } from './byte-budget.js';
import { Lru } from './lru.js';
import { hitPercentage } from './replay.js';
import { zipfTrace } from './zipf-trace.js';

const seed = 20_231_023;
const keyCount = 10_000;
const zipf = [
  ...zipfTrace({ alpha: 0.9, objectCount: keyCount / 2, requestCount: 100_000 }, seededRandom(seed)).keys,
];

/** Every so often somebody reads a long list once, key after key. */
function scanned(): number[] {
  const keys: number[] = [];
  let scan = keyCount / 2;
  for (const [at, key] of zipf.entries()) {
    keys.push(key);
    if (at % 5_000 !== 0) continue;
    for (let each = 0; each < 1_000; each += 1)
      keys.push((scan = scan + 1 < keyCount ? scan + 1 : keyCount / 2));
  }
  return keys;
}

/** A key is used a few times soon after it appeared and then no more: what favours LRU most. */
function recent(): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 100_000 }, (_, at) => {
    const newest = Math.floor((at * (keyCount - 1)) / 100_000);
    return Math.max(0, newest - Math.floor(-Math.log(1 - random()) * 60));
  });
}

describe('the hit rate of a byte budget store', () => {
  describe.each([
    ['a Zipf workload', zipf],
    ['a workload that scans go through', scanned()],
    ['a workload of fresh keys', recent()],
  ])('on %s', (_, keys) => {
    it.each([50, 100, 500, 1_000, 2_500])('is that of LRU or better with room for %d objects', (capacity) => {
      const ours = hitPercentage(keys, new ByteBudget({ capacity, keyCount }));
      expect(ours).toBeGreaterThanOrEqual(hitPercentage(keys, new Lru({ capacity, keyCount })) - 0.5);
    });
  });

  it('is far above that of LRU where scans go through', () => {
    const size = { capacity: 500, keyCount };
    const lru = hitPercentage(scanned(), new Lru(size));
    expect(hitPercentage(scanned(), new ByteBudget(size))).toBeGreaterThan(lru + 5);
  });
});
