/** Wires monitoring: what counts, what follows work, what finds the bottleneck, and what tells of it. Needs the platform. */
import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { FinishedWorks } from './core/work/finished-works.js';
import { MetricRegistry } from './core/metrics/metric-registry.js';
import { delivery } from './delivery.providers.js';
import { insights } from './insights.providers.js';
import { layers } from './layers.providers.js';
import { MetricsPage } from './core/metrics/metrics-page.js';
import { MetricsController } from './metrics.controller.js';
import { metrics } from './metrics.providers.js';
import { ConfigurableModuleClass, MONITORING_OPTIONS_INPUT } from './monitoring.module-definition.js';
import { monitoringOptionsSchema, type MonitoringOptionsInput } from './monitoring.options.js';
import { MONITORING_OPTIONS } from './monitoring.tokens.js';
import { rules } from './rules.providers.js';
import { runtime } from './runtime.providers.js';
import { tracing } from './tracing.providers.js';

@Module({
  imports: [
    // Its default metrics would go to the registry that all applications of a process share.
    PrometheusModule.register({ controller: MetricsController, defaultMetrics: { enabled: false } }),
  ],
  providers: [
    {
      provide: MONITORING_OPTIONS,
      inject: [MONITORING_OPTIONS_INPUT],
      useFactory: (input: MonitoringOptionsInput) => monitoringOptionsSchema.parse(input),
    },
    ...metrics,
    ...tracing,
    ...layers,
    ...insights,
    ...rules,
    ...delivery,
    ...runtime,
  ],
  exports: [MONITORING_OPTIONS, MetricRegistry, MetricsPage, FinishedWorks],
})
export class MonitoringModule extends ConfigurableModuleClass {}
