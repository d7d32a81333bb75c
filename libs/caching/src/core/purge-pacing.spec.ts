import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './purge-pacing.js';

describe(retryDelayMs, () => {
  it('doubles up to a minute and no further', () => {
    const delays = [1, 2, 3, 9, 10, 1_000_000].map((failures) => retryDelayMs(failures, 1, undefined));
    expect(delays).toEqual([250, 500, 1_000, 60_000, 60_000, 60_000]);
  });

  it('spreads over the upper half', () => {
    expect(retryDelayMs(3, 0, undefined)).toBe(500);
    expect(retryDelayMs(3, 0.5, undefined)).toBe(750);
  });

  it('never comes back before it may', () => {
    expect(retryDelayMs(1, 0, 120_000)).toBe(120_000);
    expect(retryDelayMs(9, 1, 1)).toBe(60_000);
  });
});
