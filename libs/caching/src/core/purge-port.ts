/** What a CDN must be able to do for us: forget every answer that carries one of some tags. */

export interface PurgeLimits {
  readonly maxTagsPerCall: number;
  /** Calls that may be made at once after a pause; the bucket holds no more. */
  readonly burstCalls: number;
  readonly callsPerSecond: number;
}

export interface CdnPurger {
  /** Stable: names the CDN's pending purges in Redis. */
  readonly name: string;
  readonly limits: PurgeLimits;
  /**
   * Resolves when the CDN has taken the order. Purging is idempotent: after any failure the same tags may come again.
   * @param tags at most `limits.maxTagsPerCall`.
   * @throws PurgeThrottled | PurgeRefused | PurgeUnreachable
   */
  purge(tags: readonly string[]): Promise<void>;
}
