import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arc } from './arc.js';
import { Belady, nextUses } from './belady.js';
import { FrequencySketch } from './frequency-sketch.js';
import { Lru } from './lru.js';
import { arcModel, lruModel, mostHits, s3FifoModel, sieveModel, wTinyLfuModel } from './policy-models.js';
import { seededRandom } from '../../support/seeded-random.js';
import type { CacheSize, Policy } from './policy.js';
import { hitPercentage } from './replay.js';
import { S3Fifo } from './s3-fifo.js';
import { Sieve } from './sieve.js';
import { WTinyLfu } from './w-tiny-lfu.js';

const keyCount = 24;
const requests = fc.array(fc.integer({ min: 0, max: keyCount - 1 }), { maxLength: 400 });

/** `x` for a hit and `.` for a miss, which is easier to compare by eye. */
function pattern(keys: readonly number[], policy: Policy): string {
  return keys.map((key) => (policy.request(key) ? 'x' : '.')).join('');
}

const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0) - 97);
const three: CacheSize = { capacity: 3, keyCount };

describe.each([
  ['LRU', (size: CacheSize) => new Lru(size), lruModel],
  ['SIEVE', (size: CacheSize) => new Sieve(size), sieveModel],
  ['S3-FIFO', (size: CacheSize) => new S3Fifo(size), s3FifoModel],
  ['ARC', (size: CacheSize) => new Arc(size), arcModel],
  ['W-TinyLFU with a fixed window', (size: CacheSize) => new WTinyLfu(size, false), wTinyLfuModel],
])('%s', (_, policy, model) => {
  it('answers each request as the plainest writing of the algorithm does', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 2, max: 20 }), (keys, capacity) => {
        const size = { capacity, keyCount };
        expect(pattern(keys, policy(size))).toBe(pattern(keys, model(size)));
      }),
      { seed: 20_231_023, numRuns: 500 },
    );
  });
});

describe('the policies on examples worked out by hand', () => {
  it('LRU gives up the key whose last use is longest ago', () => {
    expect(pattern(letters('abcadba'), new Lru(three))).toBe('...x..x');
  });

  it('SIEVE passes over a visited key once, and its hand goes on from there', () => {
    // d passes over a and evicts b; e goes on at c; a, which lost its bit, goes when the hand comes round.
    expect(pattern(letters('abcadaeafa'), new Sieve(three))).toBe('...x.x.x.x');
  });

  it('S3-FIFO lets strangers pass through the small queue and takes a ghost into the main queue', () => {
    // Capacity 3: small target 1, ghosts 2. d evicts a; a returns to main and evicts b; e evicts c; a has stayed.
    expect(pattern(letters('abcdaea'), new S3Fifo(three))).toBe('......x');
  });

  it('ARC keeps what was used twice while a scan passes', () => {
    expect(pattern(letters('aabcdefa'), new Arc(three))).toBe('.x.....x');
  });

  it('W-TinyLFU keeps the frequent key against a scan', () => {
    expect(pattern(letters('aaaabcdefa'), new WTinyLfu(three, false))).toBe('.xxx.....x');
  });

  it('Belady refuses what comes later than all it has', () => {
    const keys = Int32Array.from(letters('abcabdab'));
    const policy = new Belady({ capacity: 2, keyCount }, keys, nextUses(keys, keyCount));
    expect(pattern([...keys], policy)).toBe('...xx.xx');
  });
});

describe("Belady's optimum", () => {
  it('has as many hits as the best of all possible decisions', () => {
    const short = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(short, fc.integer({ min: 1, max: 4 }), (list, capacity) => {
        const keys = Int32Array.from(list);
        const policy = new Belady({ capacity, keyCount: 6 }, keys, nextUses(keys, 6));
        expect(pattern(list, policy).replaceAll('.', '').length).toBe(mostHits(list, capacity));
      }),
      { seed: 1_966, numRuns: 300 },
    );
  });
});

describe('the adaptive window of W-TinyLFU', () => {
  it('grows where keys are used shortly after they come and never again', () => {
    const random = seededRandom(20_231_023);
    // New keys appear all the time, and the chance of a use falls with a key's age.
    const keys = Array.from({ length: 100_000 }, (_, at) =>
      Math.max(0, Math.floor(at / 5 + 40 * Math.log(1 - random()))),
    );
    const size = { capacity: 100, keyCount: 20_000 };
    const adaptive = hitPercentage(keys, new WTinyLfu(size));
    expect(adaptive).toBeGreaterThan(hitPercentage(keys, new WTinyLfu(size, false)) + 20);
  });
});

describe('the frequency sketch', () => {
  it('never estimates too low before it ages, and counts up to fifteen', () => {
    const sketch = new FrequencySketch(1_000);
    for (let key = 0; key < 20; key += 1) for (let use = 0; use < key; use += 1) sketch.add(key);
    for (let key = 0; key < 20; key += 1) expect(sketch.frequency(key)).toBe(Math.min(key, 15));
  });

  it('halves all counters after ten additions for each object', () => {
    const sketch = new FrequencySketch(10);
    for (let use = 0; use < 12; use += 1) sketch.add(1);
    for (let use = 0; use < 88; use += 1) sketch.add(1_000 + use);
    expect(sketch.frequency(1)).toBe(6);
  });
});
