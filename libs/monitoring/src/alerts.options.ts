/** What may be said of alerts, with its defaults and their reasons. */
import { z } from 'zod';

export const alertsOptionsSchema = z.strictObject({});

export type AlertsOptions = z.output<typeof alertsOptionsSchema>;
