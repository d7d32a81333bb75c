import { describe, expect, it } from 'vitest';
import { HistogramSeries } from '../core/metrics/series.js';
import { recordDelay } from './event-loop-metrics.js';

function countsOf(...lateMs: number[]): number[] {
  const delay = new HistogramSeries([], Float64Array.of(0.01, 0.05, 0.1));
  for (const late of lateMs) recordDelay(delay, late, 20);
  return [...delay.bucketCounts];
}

describe(recordDelay.name, () => {
  it('is one sample where the loop was in time', () => {
    expect(countsOf(0.4, -0.2)).toEqual([2, 0, 0, 0]);
  });

  it('is a sample for each instant at which one was due while the loop hung', () => {
    // 110, 90, 70, 50, 30 and 10 ms.
    expect(countsOf(110)).toEqual([1, 2, 2, 1]);
  });

  it('ends somewhere', () => {
    expect(countsOf(86_400_000).at(-1)).toBe(1_001);
  });
});
