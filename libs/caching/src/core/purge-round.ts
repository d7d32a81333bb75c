/** Pays off what the ledger says a CDN is owed, call after full call, unless the CDN has had enough. */
import { PurgeRefused, PurgeThrottled } from './purge-errors.js';
import type { PurgeLedger } from './purge-ledger.js';
import { retryDelayMs } from './purge-pacing.js';
import type { CdnPurger } from './purge-port.js';

export interface PurgeRoundOptions {
  /**
   * The longest time from when this origin begins to read for an answer to when a CDN has stored it, the delay of replicas
   * and of other nodes included.
   */
  readonly longestFetchMs: number;
  /** Longer than a call may take, its timeout included. */
  readonly leaseMs: number;
}

export const purgeRoundDefaults: PurgeRoundOptions = { longestFetchMs: 30_000, leaseMs: 30_000 };

const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof PurgeThrottled || error instanceof PurgeRefused ? error.retryAfterMs : undefined;

/**
 * @param random in [0, 1), spreads retries.
 * @returns how many tags were purged. @throws what the CDN failed with; the tags are due again after a pause.
 */
export async function purgeRound(
  purger: CdnPurger,
  ledger: PurgeLedger,
  random: () => number,
  options: PurgeRoundOptions,
): Promise<number> {
  for (let purged = 0; ;) {
    const claim = await ledger.claim(purger.name, { ...purger.limits, leaseMs: options.leaseMs });
    if (claim.kind !== 'claimed') return purged;
    try {
      await purger.purge(claim.purges.map(({ tag }) => tag));
    } catch (error) {
      const delayMs = retryDelayMs(claim.failures + 1, random(), retryAfterOf(error));
      await ledger.postpone(purger.name, claim.purges, delayMs);
      throw error;
    }
    await ledger.settle(purger.name, claim.purges, claim.claimedAtMs, options.longestFetchMs);
    purged += claim.purges.length;
    // What has changed meanwhile waits for its own window, instead of a call for every change.
    if (claim.purges.length < purger.limits.maxTagsPerCall) return purged;
  }
}
