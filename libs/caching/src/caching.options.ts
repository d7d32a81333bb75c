/** What the cache must be told, each with its unit, its default and the reason for it. */
import { z } from 'zod';
import { cdnOptionsSchema } from './cdn.options.js';
import { ttlStrategySchema } from './ttl-strategy.options.js';

/** One address, or the known nodes of one cluster with commas between them. */
export const redisUrls = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim()))
  .pipe(z.array(z.url({ protocol: /^rediss?$/ })));

export const cachingOptionsSchema = z
  .strictObject({
    /**
     * `redis://` or `rediss://` of the store and the invalidation log that nodes share. A server of its own, because a cache
     * may evict and a job queue must not. Several, separated by commas, are nodes of one Redis Cluster, of which any that
     * answers is enough to find the others; a cluster with one address has it twice. Without it the process is a single node.
     */
    redisUrl: redisUrls.optional(),
    /** Prefix of all keys in Redis. Nodes of one application share it; it is joined by the database's epoch, so
     * that two databases on one Redis never meet. @default 'swiftlet-cache' */
    namespace: z.string().min(1).default('swiftlet-cache'),
    /**
     * Names the code that makes the answers: nodes share what they have stored with those of the same release only, because
     * another one may answer the same question otherwise. @default '' — the application takes care of it by the namespace.
     */
    release: z.string().default(''),
    /** Bytes that answers may take in this process. @default 67_108_864 — 64 MiB, some ten thousand pages of a shop. */
    memoryBytes: z.number().int().min(65_536).default(67_108_864),
    /**
     * Whether answers are made ahead of those who will ask: at start, by schedule, and after a write has ended a hot one.
     * @default true — it stops where live traffic needs the process.
     */
    isWarming: z.boolean().default(true),
    /** Milliseconds between two rounds of warming, of all nodes together. @default 60_000 */
    warmEveryMs: z.number().int().min(1_000).default(60_000),
    /**
     * `redis://` or `rediss://` of the queue that lets one node warm for all; one that does not evict. Without it each node
     * warms for itself.
     */
    jobsRedisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
    /** Of hits, the share that is made once more to see whether what was served was stale. @default 0.001 */
    shadowRatio: z.number().min(0).max(1).default(0.001),
    /**
     * Bytes that values below whole answers may take in this process: results of `@Cached()` methods, root fields, rows.
     * @default 33_554_432 — 32 MiB, half of what whole answers get: they serve only what those miss.
     */
    valueMemoryBytes: z.number().int().min(65_536).default(33_554_432),
    /**
     * Milliseconds that an answer is kept which nothing has invalidated and no hint speaks of. 0 keeps only what a hint allows.
     * @default 3_600_000 — invalidation is exact, so that this only bounds what nobody asks for any more.
     */
    defaultTtlMs: z.number().int().min(0).default(3_600_000),
    /**
     * Milliseconds after its freshness in which an answer of which no hint speaks may be given while it is made anew.
     * @default 60_000 — a minute: nothing that it depends on has changed, and nobody waits because an hour is over.
     */
    staleWhileRevalidateMs: z.number().int().min(0).default(60_000),
    /**
     * Milliseconds after its freshness in which such an answer may be given because its successor cannot be made.
     * @default 3_600_000 — an hour: long enough to mend what has failed, and the shared store keeps it no longer.
     */
    staleIfErrorMs: z.number().int().min(0).default(3_600_000),
    /** What `@cacheControl(strategy: "name")` means, by name. @default {} */
    strategies: z.record(z.string().min(1), ttlStrategySchema).default({}),
    /** By the name of an operation, that of the strategy by which its answers age, whatever else is said of them. @default {} */
    operations: z.record(z.string().min(1), z.string()).default({}),
    /**
     * Whether resolvers may speak by `info.cacheControl`, as under Apollo Server. @default false — every resolver that somebody
     * wrote is wrapped for it, and an operation is then kept as a whole only, not by its root fields as well.
     */
    hearsResolvers: z.boolean().default(false),
    /** The CDN that stands before all nodes. Without it CDNs are told to keep nothing. */
    cdn: cdnOptionsSchema.optional(),
  })
  .superRefine(({ operations, strategies }, context) => {
    for (const [operation, strategy] of Object.entries(operations))
      if (!Object.hasOwn(strategies, strategy))
        context.addIssue({
          code: 'custom',
          path: ['operations', operation],
          message: `names the TTL strategy "${strategy}", and \`strategies\` has none of that name`,
        });
  });

export type CachingOptionsInput = z.input<typeof cachingOptionsSchema>;
export type CachingOptions = z.output<typeof cachingOptionsSchema>;
