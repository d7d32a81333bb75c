/**
 * Says which entry leaves next: S3-FIFO (Yang et al., SOSP'23) whose small queue grows and shrinks with the workload.
 *
 * New entries wait in a small queue; one that is used there moves to the main queue, the others leave early and are
 * remembered as ghosts. The paper gives the small queue a tenth. On the database accesses of a shop in busy hours, with
 * room for 1 % of the keys, that loses to plain LRU (75.7 against 77.0 % hits), because a key's few uses come close
 * together and end; on a Zipf workload a tenth is too much. Tried on four recorded and three synthetic traces at five
 * sizes (`test/bench/hit-rate`); "busy" is the case above:
 *
 * - promotion after one use in the small queue instead of two: busy 77.0, and the mean of all is better;
 * - shares of 2, 10, 30, 60, 90 %: each is the best somewhere, and those from 30 % on lose 3 to 12 points elsewhere;
 * - a share steered as in ARC, by all ghost hits weighed by the lengths of the ghost lists: busy 76.3 to 76.7;
 * - a share steered by *young* ghosts only: busy 77.2. A request for one of the last few keys that the small queue gave up
 *   says that a slightly larger small queue would have kept it; the same of the main queue says the opposite. Both
 *   windows are equally long, so the share climbs to where a byte more is worth the same on either side;
 * - how long a ghost may wait for its return into the main queue: as many evictions as 90 % of the entries lose 1.5
 *   points on Zipf, 30 % plus the small queue's share lose 0.7 on busy; half plus the share is near the best everywhere;
 * - what the main queue gave up and comes again starts in the small queue; put back into main it costs 0.6 on busy.
 */
import { EntryQueue, type StoredEntry } from './entry-queue.js';
import { fingerprintOf, GhostList } from './ghost-list.js';

/** Two bits, as in the paper; up to seven uses gain 0.5 points where keys stay popular and lose 0.8 where they do not. */
export const mostUses = 3;
const initialSmallShare = 0.1;
const leastSmallShare = 0.01;
const mostSmallShare = 0.5;
/** Share of the entries whose number of later evictions a ghost counts as young for; 3 to 8 % differ by 0.2 points. */
const youngGhostShare = 0.05;
const leastGhostShare = 0.5;

export class S3FifoQueues<V> {
  readonly #budgetBytes: number;
  readonly #small = new EntryQueue<V>();
  readonly #main = new EntryQueue<V>();
  readonly #smallGhosts = new GhostList();
  readonly #mainGhosts = new GhostList();
  #smallTargetBytes: number;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
    this.#smallTargetBytes = budgetBytes * initialSmallShare;
  }

  get sizeBytes(): number {
    return this.#small.sizeBytes + this.#main.sizeBytes;
  }

  /** Learns from what the key's ghost tells, before anything is evicted for it; true if the key deserves the main queue. */
  recall(key: string, sizeBytes: number, entryCount: number): boolean {
    const fingerprint = fingerprintOf(key);
    const smallAge = this.#smallGhosts.take(fingerprint);
    const mainAge = this.#mainGhosts.take(fingerprint);
    if (smallAge <= entryCount * youngGhostShare) this.#moveSmallTarget(sizeBytes);
    else if (mainAge <= entryCount * youngGhostShare) this.#moveSmallTarget(-sizeBytes);
    const memory = leastGhostShare + this.#smallTargetBytes / this.#budgetBytes;
    this.#smallGhosts.makeRoomFor(entryCount);
    this.#mainGhosts.makeRoomFor(entryCount * youngGhostShare);
    return smallAge <= entryCount * memory;
  }

  add(entry: StoredEntry<V>, toMain: boolean): void {
    (toMain ? this.#main : this.#small).append(entry);
  }

  isMain(entry: StoredEntry<V>): boolean {
    return entry.queue === this.#main;
  }

  remove(entry: StoredEntry<V>): void {
    entry.queue?.remove(entry);
  }

  /** Takes out the entry that is worth least and returns it, or nothing of an empty store. */
  evict(): StoredEntry<V> | undefined {
    if (this.#small.sizeBytes < this.#smallTargetBytes && this.#main.oldest !== undefined)
      return this.#evictFromMain();
    return this.#evictFromSmall() ?? this.#evictFromMain();
  }

  clear(): void {
    this.#small.clear();
    this.#main.clear();
    this.#smallGhosts.clear();
    this.#mainGhosts.clear();
    this.#smallTargetBytes = this.#budgetBytes * initialSmallShare;
  }

  #evictFromSmall(): StoredEntry<V> | undefined {
    for (let entry = this.#small.oldest; entry !== undefined; entry = this.#small.oldest) {
      this.#small.remove(entry);
      if (entry.uses === 0) {
        this.#smallGhosts.add(fingerprintOf(entry.key));
        return entry;
      }
      entry.uses = 0;
      this.#main.append(entry);
      if (this.#main.sizeBytes > this.#budgetBytes - this.#smallTargetBytes) return this.#evictFromMain();
    }
    return undefined;
  }

  #evictFromMain(): StoredEntry<V> | undefined {
    for (let entry = this.#main.oldest; entry !== undefined; entry = this.#main.oldest) {
      this.#main.remove(entry);
      if (entry.uses === 0) {
        this.#mainGhosts.add(fingerprintOf(entry.key));
        return entry;
      }
      entry.uses -= 1;
      this.#main.append(entry);
    }
    return undefined;
  }

  #moveSmallTarget(bytes: number): void {
    const least = this.#budgetBytes * leastSmallShare;
    const most = this.#budgetBytes * mostSmallShare;
    this.#smallTargetBytes = Math.min(most, Math.max(least, this.#smallTargetBytes + bytes));
  }
}
