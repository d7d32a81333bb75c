/** How often each resolver is called, how long it takes, and what of it on the processor. The schema bounds their number. */
import type { WorkedResolver } from '../work/work.js';
import { coarseDurationBounds } from './buckets.js';
import type { Counter, Histogram, MetricRegistry } from './metric-registry.js';
import type { CounterSeries, HistogramSeries } from './series.js';

interface ResolverSeries {
  readonly duration: HistogramSeries;
  readonly processor: CounterSeries;
  errors: CounterSeries | undefined;
}

export class ResolverMetrics {
  readonly #duration: Histogram;
  readonly #processor: Counter;
  readonly #errors: Counter;
  readonly #resolvers = new Map<string, ResolverSeries>();

  constructor(registry: MetricRegistry) {
    const labelNames = ['coordinate'];
    this.#duration = registry.histogram(
      {
        name: 'graphql_resolver_duration_seconds',
        help: 'How long calls of a resolver took; of those for one request the longest by itself, the others by their mean.',
        labelNames,
      },
      coarseDurationBounds,
    );
    this.#processor = registry.counter({
      name: 'graphql_resolver_cpu_seconds_total',
      help: 'What calls of a resolver took on the processor until they returned.',
      labelNames,
    });
    this.#errors = registry.counter({
      name: 'graphql_resolver_errors_total',
      help: 'Calls of a resolver that failed.',
      labelNames,
    });
  }

  count({ coordinate, calls, errors, totalMs, longestMs, synchronousMs }: WorkedResolver): void {
    if (calls === 0) return;
    let series = this.#resolvers.get(coordinate);
    if (series === undefined) {
      series = {
        duration: this.#duration.series(coordinate),
        processor: this.#processor.series(coordinate),
        errors: undefined,
      };
      this.#resolvers.set(coordinate, series);
    }
    series.duration.record(longestMs / 1_000);
    if (calls > 1) series.duration.record((totalMs - longestMs) / (calls - 1) / 1_000, calls - 1);
    series.processor.add(synchronousMs / 1_000);
    if (errors > 0) (series.errors ??= this.#errors.series(coordinate)).add(errors);
  }
}
