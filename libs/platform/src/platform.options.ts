/** What the platform must be told: where Redis is, if anywhere, and how to log. */
import { z } from 'zod';

export const platformOptionsSchema = z.strictObject({
  /** `redis://` or `rediss://`; without it the process is a single node with an in-process event bus. */
  redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  /** @default 'info' — one line for each thing that an operator may want to know. */
  logLevel: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  /** Milliseconds that relayed events stay in the outbox. @default 604_800_000 — a week, the longest a reader may be away. */
  outboxRetentionMs: z.number().int().positive().default(604_800_000),
});

export type PlatformOptionsInput = z.input<typeof platformOptionsSchema>;
export type PlatformOptions = z.output<typeof platformOptionsSchema>;
