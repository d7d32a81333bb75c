/** Counts what sinks could not send: nobody who is counted waits for them, so this is where one sees it. */
import type { MetricRegistry } from '../metrics/metric-registry.js';
import type { CounterSeries } from '../metrics/series.js';

export interface SinkLosses {
  /** Times that sending failed. */
  readonly failures: CounterSeries;
  /** Spans or lines that were never tried, because too many waited. */
  readonly dropped: CounterSeries;
}

export function sinkLosses(registry: MetricRegistry, sink: string): SinkLosses {
  const failures = registry.counter({
    name: 'monitoring_sink_failures_total',
    help: 'How often figures or traces could not be sent.',
    labelNames: ['sink'],
  });
  const dropped = registry.counter({
    name: 'monitoring_sink_dropped_total',
    help: 'Spans that were not sent because too many waited already.',
    labelNames: ['sink'],
  });
  return { failures: failures.series(sink), dropped: dropped.series(sink) };
}
