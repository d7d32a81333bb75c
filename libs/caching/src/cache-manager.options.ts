/** What the cache that engineers inject must be told, with its unit, its default and the reason for it. */
import { z } from 'zod';
import { redisUrls } from './caching.options.js';

export const cacheManagerOptionsSchema = z.strictObject({
  /**
   * As in `cachingOptionsSchema`: `redis://` or `rediss://`, several with commas for a cluster. Nodes that name the same one
   * share their values. Without it each node keeps its own in memory.
   */
  redisUrl: redisUrls.optional(),
});

export type CacheManagerOptionsInput = z.input<typeof cacheManagerOptionsSchema>;
