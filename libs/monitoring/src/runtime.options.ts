/** What may be said of runtime, with its defaults and their reasons. */
import { z } from 'zod';

export const runtimeOptionsSchema = z.strictObject({});

export type RuntimeOptions = z.output<typeof runtimeOptionsSchema>;
