/** The public door of monitoring. */
export { MetricRegistry } from './core/metrics/metric-registry.js';
export { FinishedWorks } from './core/work/finished-works.js';
export type { FinishedWork, WorkObserver } from './core/work/work.js';
export { MonitoringModule } from './monitoring.module.js';
export type { MonitoringOptionsInput } from './monitoring.options.js';
