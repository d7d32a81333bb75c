/** What may be said of insights, with its defaults and their reasons. */
import { z } from 'zod';

export const insightsOptionsSchema = z.strictObject({});

export type InsightsOptions = z.output<typeof insightsOptionsSchema>;
