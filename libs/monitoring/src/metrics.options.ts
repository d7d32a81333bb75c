/** What may be said of metrics, with its defaults and their reasons. */
import { z } from 'zod';

export const metricsOptionsSchema = z.strictObject({});

export type MetricsOptions = z.output<typeof metricsOptionsSchema>;
