/** What may be said of metrics, with its defaults and their reasons. */
import { z } from 'zod';

export const metricsOptionsSchema = z.strictObject({
  /** Bearer token that whoever reads /metrics must send. Without it anybody may who reaches the port. */
  token: z.string().min(16).optional(),
  /** Names the code that runs, as a label of `swiftlet_build_info`. */
  release: z.string().default('unknown'),
  /** GraphQL operations that are counted apart, whatever names clients send. 500: more than an application of one team has. */
  mostOperations: z.int().min(1).max(1_000).default(500),
  /** The hottest of them, which have duration, time by part, SQL and errors as well. 100: some 30 lines of the page each. */
  mostDetailedOperations: z.int().min(1).max(150).default(100),
});

export type MetricsOptions = z.output<typeof metricsOptionsSchema>;
