/**
 * Remembers which tags each CDN must still forget, so that a process may die at any moment and no purge with it.
 *
 * Every tag is purged twice. The CDN has the same race as any cache: an answer that it began to fetch before the change may
 * arrive, and be stored, after the purge. Nothing can tell such an answer apart, but it cannot arrive later than the longest
 * time a fetch from this origin may take, so that a second purge after that time removes it.
 */

/** Which change of a tag a purge is for; a later change has another stamp. */
export interface PendingPurge {
  readonly tag: string;
  readonly stamp: string;
}

export type PurgeClaim =
  | { readonly kind: 'nothing-due' }
  /** The CDN has had as many calls as it takes, or asked to be left alone. */
  | { readonly kind: 'wait'; readonly waitMs: number }
  | {
      readonly kind: 'claimed';
      readonly purges: readonly PendingPurge[];
      /** By the ledger's clock, and before the call that this claim is for. */
      readonly claimedAtMs: number;
      /** Calls that this CDN failed in a row until now. */
      readonly failures: number;
    };

export interface ClaimLimits {
  readonly maxTagsPerCall: number;
  readonly burstCalls: number;
  readonly callsPerSecond: number;
  /** After this time a claim that was not settled is taken to be lost with its process. */
  readonly leaseMs: number;
}

export interface PurgeLedger {
  /** Resolves when the purges are safe: from then on they happen, whatever becomes of this process. */
  add(cdns: readonly string[], tags: readonly string[]): Promise<void>;
  /** Takes the tags for one call, and the right to make it. */
  claim(cdn: string, limits: ClaimLimits): Promise<PurgeClaim>;
  /**
   * The call has succeeded. A tag is done if the call was made at least `secondPurgeAfterMs` after its change, else it comes
   * again then. A tag that has changed since it was claimed stays due.
   */
  settle(
    cdn: string,
    purges: readonly PendingPurge[],
    claimedAtMs: number,
    secondPurgeAfterMs: number,
  ): Promise<void>;
  /** The call has failed: the tags are due again, and the CDN is left alone for a while. */
  postpone(cdn: string, purges: readonly PendingPurge[], delayMs: number): Promise<void>;
  /** How many tags the CDN must still forget, the second time included. */
  pendingCount(cdn: string): Promise<number>;
}
