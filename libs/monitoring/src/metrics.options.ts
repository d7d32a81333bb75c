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
  /** Where figures are sent as well, as DogStatsD over UDP, each second. Not set: nowhere. */
  statsd: z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) }).optional(),
  /** Where traces are sent, as OTLP over HTTP. Not set: nowhere. */
  traces: z
    .strictObject({
      /** With the path, as in `http://collector:4318/v1/traces`. */
      url: z.url({ protocol: /^https?$/ }),
      /** Share of the traces, where the caller has not decided. 0.01: of a thousand requests a second still ten. */
      sampleRatio: z.number().min(0).max(1).default(0.01),
      serviceName: z.string().min(1).default('swiftlet'),
    })
    .optional(),
});

export type MetricsOptions = z.output<typeof metricsOptionsSchema>;
