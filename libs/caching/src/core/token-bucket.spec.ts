import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe(TokenBucket, () => {
  it('gives its burst at once, then its rate, and says how long the next one takes', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 100]);
    expect(bucket.take(99)).toBe(1);
    expect(bucket.take(100)).toBe(0);
  });

  it('saves up no more than its burst, and takes no harm from a clock that is set back', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([bucket.take(60_000), bucket.take(60_000), bucket.take(60_000)]).toEqual([0, 0, 100]);
    expect(bucket.take(0)).toBeGreaterThan(0);
  });
});
