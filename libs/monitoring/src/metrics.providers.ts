/** What counts, and what hands the figures out. */
import type { Provider } from '@nestjs/common';
import { MetricRegistry } from './core/metrics/metric-registry.js';
import { FinishedWorks } from './core/work/finished-works.js';

export const metrics: Provider[] = [
  { provide: MetricRegistry, useFactory: () => new MetricRegistry() },
  { provide: FinishedWorks, useFactory: () => new FinishedWorks() },
];
