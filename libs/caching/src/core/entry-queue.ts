/** A queue of stored entries that knows its bytes, and from whose middle an entry can leave at once. */

export class StoredEntry<V> {
  readonly key: string;
  readonly value: V;
  /** Everything the entry costs: key, value and bookkeeping. */
  readonly sizeBytes: number;
  /** Uses since the entry came or was last given another round. */
  uses = 0;
  queue: EntryQueue<V> | undefined = undefined;
  older: StoredEntry<V> | undefined = undefined;
  newer: StoredEntry<V> | undefined = undefined;

  constructor(key: string, value: V, sizeBytes: number) {
    this.key = key;
    this.value = value;
    this.sizeBytes = sizeBytes;
  }
}

/**
 * The links are part of the entry, so that moving allocates nothing. A ring buffer would save two pointers an entry, but
 * an invalidation takes entries out of the middle, and the holes would have to be swept up again.
 */
export class EntryQueue<V> {
  #oldest: StoredEntry<V> | undefined;
  #newest: StoredEntry<V> | undefined;
  #sizeBytes = 0;

  get oldest(): StoredEntry<V> | undefined {
    return this.#oldest;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(entry: StoredEntry<V>): void {
    entry.queue = this;
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.#sizeBytes += entry.sizeBytes;
  }

  remove(entry: StoredEntry<V>): void {
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    // An entry that has gone must not keep its old neighbours alive for whoever still holds it.
    entry.queue = entry.older = entry.newer = undefined;
    this.#sizeBytes -= entry.sizeBytes;
  }

  clear(): void {
    this.#oldest = this.#newest = undefined;
    this.#sizeBytes = 0;
  }
}
