/** What an application may say of its monitoring; a bad option stops the start and names itself. */
import { z } from 'zod';
import { alertsOptionsSchema } from './alerts.options.js';
import { insightsOptionsSchema } from './insights.options.js';
import { metricsOptionsSchema } from './metrics.options.js';
import { runtimeOptionsSchema } from './runtime.options.js';

export const monitoringOptionsSchema = z.strictObject({
  /** Names this process among its kind, as a label and in history. */
  node: z.string().min(1),
  metrics: metricsOptionsSchema.prefault({}),
  insights: insightsOptionsSchema.prefault({}),
  alerts: alertsOptionsSchema.prefault({}),
  runtime: runtimeOptionsSchema.prefault({}),
});

export type MonitoringOptionsInput = z.input<typeof monitoringOptionsSchema>;
export type MonitoringOptions = z.output<typeof monitoringOptionsSchema>;
