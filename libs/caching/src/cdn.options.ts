/** What must be known of the CDN before this origin, each with its unit, its default and the reason for it. */
import { z } from 'zod';

const secret = z.string().min(1);

const vendorSchema = z.discriminatedUnion('vendor', [
  /** One URL for each Varnish: they share nothing, and one that is left out stays stale. */
  z.strictObject({ vendor: z.literal('varnish'), urls: z.array(z.url()).min(1) }),
  z.strictObject({ vendor: z.literal('fastly'), serviceId: z.string().min(1), apiToken: secret }),
  z.strictObject({
    vendor: z.literal('cloudflare'),
    zoneId: z.string().min(1),
    apiToken: secret,
    /** Decides how often it may be called. */
    plan: z.enum(['free', 'pro', 'business', 'enterprise']),
  }),
  z.strictObject({
    vendor: z.literal('cloudfront'),
    /** Its CacheTagConfig must name `X-Cache-Tag`. */
    distributionId: z.string().min(1),
    accessKeyId: z.string().min(1),
    secretAccessKey: secret,
    sessionToken: secret.optional(),
  }),
]);

export const cdnOptionsSchema = z.strictObject({
  at: vendorSchema,
  /** `redis://` or `rediss://` of a server that loses nothing: it keeps what the CDN must still forget. */
  ledgerRedisUrl: z.url({ protocol: /^rediss?$/ }),
  /**
   * Milliseconds from when an answer is begun here to when the CDN has stored it, at most: so long after a change everything is
   * purged once more. Longer than a request may take. @default 30_000
   */
  longestFetchMs: z.number().int().min(0).default(30_000),
});

export type CdnOptions = z.output<typeof cdnOptionsSchema>;
export type CdnVendor = z.output<typeof vendorSchema>;
