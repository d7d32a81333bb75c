/** Watches the registry itself: how many series each metric has, and what had no room any more. */
import type { MetricRegistry } from './metric-registry.js';

export function watchSeriesCounts(registry: MetricRegistry): void {
  const counts = registry.gauge({
    name: 'monitoring_series',
    help: 'Series that a metric has.',
    labelNames: ['metric'],
  });
  const dropped = registry.counter({
    name: 'monitoring_series_dropped_total',
    help: 'How often something was counted as "other" because its metric has as many series as it may.',
    labelNames: ['metric'],
  });
  registry.beforeSnapshot(() => {
    for (const metric of registry.metrics()) {
      const { name } = metric.description;
      counts.set(metric.seriesCount, name);
      if (metric.dropped === 0) continue;
      const series = dropped.series(name);
      series.add(metric.dropped - series.value);
    }
  });
}
