/**
 * What has changed since the last look, as StatsD tells it: counters as what was added, gauges as they stand, histograms as the
 * values that came, each bucket's by one of them that stands for all.
 */
import { Gauge, Histogram, type AnyMetric } from '../metrics/metric-registry.js';
import type { CounterSeries, HistogramSeries } from '../metrics/series.js';

export interface MetricChange {
  readonly kind: 'count' | 'gauge' | 'distribution';
  readonly name: string;
  readonly labelNames: readonly string[];
  readonly labels: readonly string[];
  readonly value: number;
  /** Of a distribution: how many values this one stands for. */
  readonly times: number;
}

interface Told {
  value: number;
  readonly bucketCounts: Float64Array;
}

/** The middle of a bucket; of the last, which has none, its lower bound. */
function middleOf(bounds: readonly number[], bucket: number): number {
  const lower = bounds[bucket - 1] ?? Math.min(0, bounds[0] ?? 0);
  const upper = bounds[bucket];
  return upper === undefined ? lower : (lower + upper) / 2;
}

export class MetricChanges {
  /** By the series themselves: those that end take what was told of them along. */
  readonly #told = new WeakMap<CounterSeries | HistogramSeries, Told>();

  *since(metrics: readonly AnyMetric[], withGauges: boolean): Generator<MetricChange> {
    for (const metric of metrics) {
      const { name, labelNames = [] } = metric.description;
      if (metric instanceof Histogram) {
        for (const series of metric.all()) yield* this.#values(name, labelNames, series, metric.bounds);
      } else if (metric instanceof Gauge) {
        if (!withGauges) continue;
        for (const { labels, value } of metric.all())
          if (Number.isFinite(value)) yield { kind: 'gauge', name, labelNames, labels, value, times: 1 };
      } else {
        for (const series of metric.all()) {
          const value = this.#added(series);
          if (value > 0) yield { kind: 'count', name, labelNames, labels: series.labels, value, times: 1 };
        }
      }
    }
  }

  #added(series: CounterSeries): number {
    const told = this.#toldOf(series, 0);
    const added = series.value - told.value;
    told.value = series.value;
    return added;
  }

  *#values(
    name: string,
    labelNames: readonly string[],
    series: HistogramSeries,
    bounds: readonly number[],
  ): Generator<MetricChange> {
    const { labels, bucketCounts } = series;
    const told = this.#toldOf(series, bucketCounts.length);
    const sum = series.value - told.value;
    const added = bucketCounts.map((count, bucket) => count - (told.bucketCounts[bucket] ?? 0));
    const filled = added.filter((count) => count > 0).length;
    told.value = series.value;
    told.bucketCounts.set(bucketCounts);
    for (const [bucket, times] of added.entries()) {
      if (times === 0) continue;
      // Where all fell into one bucket their mean is known exactly.
      const value = filled === 1 ? sum / times : middleOf(bounds, bucket);
      yield { kind: 'distribution', name, labelNames, labels, value, times };
    }
  }

  #toldOf(series: CounterSeries | HistogramSeries, bucketCount: number): Told {
    let told = this.#told.get(series);
    if (told === undefined) {
      told = { value: 0, bucketCounts: new Float64Array(bucketCount) };
      this.#told.set(series, told);
    }
    return told;
  }
}
