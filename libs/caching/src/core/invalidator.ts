/** Takes what has changed to the log, and to this node at once. */
import type { Fence } from './fence.js';
import type { Invalidation, InvalidationLog, Sequence } from './invalidation-log.js';
import { PurgeNotQueued } from './purge-errors.js';
import { noCdn, type PurgeOutlet } from './purge-outlet.js';
import { invalidationOf, type PurgeTarget } from './purge-target.js';
import { currentReads } from './reads-recorder.js';
import type { RowChange } from './row-change.js';
import { namesToPurge } from './surrogate-names.js';

/**
 * Microseconds that a client is sent past other nodes' caches whose writer could not reach the log: the two seconds that the log
 * may be away without anybody giving up its cache, and the one in which the relay then finds the rows, with something to spare.
 */
const unloggedUs = 5_000_000;

export class Invalidator {
  constructor(
    private readonly fence: Fence,
    private readonly log: InvalidationLog,
    private readonly cdn: PurgeOutlet = noCdn,
  ) {}

  /** Ends what depends on tags that were declared. @throws InvalidationNotLogged | PurgeNotQueued */
  async invalidateTags(tags: readonly string[]): Promise<Sequence> {
    return this.#append({ changes: [], tags });
  }

  /** Ends what an administrator wants ended, on every node. @throws InvalidationNotLogged */
  async purge(target: PurgeTarget): Promise<Sequence> {
    return this.#append(invalidationOf(target));
  }

  /** @throws InvalidationNotLogged | PurgeNotQueued */
  async publish(changes: readonly RowChange[]): Promise<void> {
    await this.#append({ changes, tags: [] });
  }

  /** The log is away: this node must not serve what it knows to be old; the others hear of it from the relay. */
  onPublishFailed(changes: readonly RowChange[], cause: unknown): void {
    if (cause instanceof PurgeNotQueued) return; // the log has it
    // Later than anything that was read before the write, earlier than the log's next record.
    this.fence.apply({ changes, tags: [] }, this.fence.reached + 0.5);
    currentReads()?.wrote(this.log.now() + unloggedUs);
  }

  /**
   * What fails here is done again by the relay, from the log on: a purge that comes twice changes nothing, and one that no
   * ledger has must not be forgotten. Purged behind the log, so that what a CDN fetches anew is new.
   */
  async #append(invalidation: Invalidation): Promise<Sequence> {
    const sequence = await this.log.append(invalidation);
    currentReads()?.wrote(sequence);
    await this.cdn.purge(namesToPurge(invalidation));
    return sequence;
  }
}
