import { describe, expect, it } from 'vitest';
import { type ChangeIntervals, expectedIntervalMs, lifetimeMs, withChange } from './change-intervals.js';

function seen(...changedAtMs: number[]): ChangeIntervals | undefined {
  return changedAtMs.reduce<ChangeIntervals | undefined>(withChange, undefined);
}

describe('the time between changes', () => {
  it('is unknown before the first change and is the age after it', () => {
    expect(expectedIntervalMs(seen(), 500)).toBeUndefined();
    expect(expectedIntervalMs(seen(100), 500)).toBe(400);
  });

  it('is the mean of what was seen, newer intervals first', () => {
    expect(expectedIntervalMs(seen(0, 100, 200, 300), 300)).toBe(100);
    expect(expectedIntervalMs(seen(0, 100, 300), 300)).toBe(125);
  });

  it('grows while no change comes, and does not shrink right after one', () => {
    expect(expectedIntervalMs(seen(0, 100), 101)).toBe(100);
    expect(expectedIntervalMs(seen(0, 100), 500)).toBe(175);
  });

  it('is not shortened by a change that is told late', () => {
    expect(seen(0, 100, 50)).toEqual(seen(0, 100));
  });

  it('gives a lifetime that meets a change as often as the risk says', () => {
    expect(1 - Math.exp(-lifetimeMs(1000, 0.1) / 1000)).toBeCloseTo(0.1, 12);
    expect(lifetimeMs(1000, 0.1)).toBeCloseTo(105.36, 2);
  });
});
