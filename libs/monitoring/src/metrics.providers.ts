/** What counts, and what hands the figures out. */
import type { Provider } from '@nestjs/common';
import { EventLoopMetrics } from './adapters/event-loop-metrics.js';
import { watchProcess } from './adapters/process-metrics.js';
import { PromClientMetrics } from './adapters/prom-client-metrics.js';
import { MetricRegistry } from './core/metrics/metric-registry.js';
import { MetricsPage } from './core/metrics/metrics-page.js';
import { watchSeriesCounts } from './core/metrics/series-counts.js';
import { WorkMetrics } from './core/metrics/work-metrics.js';
import { sinkLosses } from './core/sinks/sink-losses.js';
import type { Sink } from './core/sinks/sink.js';
import { FinishedWorks } from './core/work/finished-works.js';
import { MetricsLifecycle } from './metrics.lifecycle.js';
import type { MonitoringOptions } from './monitoring.options.js';
import { MONITORING_OPTIONS, SINKS } from './monitoring.tokens.js';

/**
 * In the order in which they are closed: what the traces have lost is still told to the other. Only what is wanted is loaded:
 * OpenTelemetry takes an eighth of a second of every start.
 */
async function openSinks(
  { node, metrics: { statsd, traces } }: MonitoringOptions,
  registry: MetricRegistry,
  works: FinishedWorks,
): Promise<Sink[]> {
  const sinks: Sink[] = [];
  if (traces !== undefined) {
    const { OtlpTraceSink } = await import('./adapters/otlp-trace-sink.js');
    sinks.push(new OtlpTraceSink(traces, node, works, sinkLosses(registry, 'otlp-traces')));
  }
  if (statsd !== undefined) {
    const { StatsdSink } = await import('./adapters/statsd-sink.js');
    sinks.push(new StatsdSink(statsd, node, registry, sinkLosses(registry, 'statsd')));
  }
  return sinks;
}

export const metrics: Provider[] = [
  {
    provide: MetricRegistry,
    inject: [MONITORING_OPTIONS],
    useFactory: ({ metrics: { release } }: MonitoringOptions) => {
      const registry = new MetricRegistry();
      watchProcess(registry, release);
      watchSeriesCounts(registry);
      return registry;
    },
  },
  { provide: FinishedWorks, useFactory: () => new FinishedWorks() },
  {
    provide: WorkMetrics,
    inject: [MetricRegistry, MONITORING_OPTIONS],
    useFactory: (registry: MetricRegistry, options: MonitoringOptions) =>
      new WorkMetrics(registry, options.metrics),
  },
  {
    provide: EventLoopMetrics,
    inject: [MetricRegistry],
    useFactory: (registry: MetricRegistry) => new EventLoopMetrics(registry),
  },
  {
    provide: MetricsPage,
    inject: [MetricRegistry],
    useFactory: (registry: MetricRegistry) => new MetricsPage(registry, new PromClientMetrics()),
  },
  {
    provide: SINKS,
    inject: [MONITORING_OPTIONS, MetricRegistry, FinishedWorks],
    useFactory: openSinks,
  },
  MetricsLifecycle,
];
