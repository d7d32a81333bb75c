/** Keeps values in this process within a budget of bytes, and the ones that are likely to be asked for again. */
import { StoredEntry } from './entry-queue.js';
import { mostUses, S3FifoQueues } from './s3-fifo-queues.js';

/** Why a value has gone; `replaced` also when the new value was too large to be kept. */
export type Removal = 'evicted' | 'deleted' | 'replaced' | 'cleared';

export interface ByteBudgetStoreOptions<V> {
  /** Bytes that all entries may take together, keys and bookkeeping included. */
  readonly budgetBytes: number;
  /** Called once for each value that has left, after it has left; it must neither throw nor change the store. */
  readonly onRemoved?: (key: string, value: V, reason: Removal) => void;
}

/**
 * What an entry takes beside the characters of its key and its value: the entry, its place in the map, the head of the key
 * and the slots of its ghosts. Heap and array buffers after a full collection, of 5,000 to 400,000 entries that share one
 * value, came to 141 to 185 bytes an entry, most of it right after the map has doubled (Node 24, x64; to measure again:
 * `node test/bench/byte-budget-store/run.ts`).
 */
export const entryOverheadBytes = 192;

/** One entry may take a quarter of the budget: a single huge answer must not cost all others their place. */
const largestEntryShare = 0.25;
const wideCharacter = /[^\0-\xff]/;

export class ByteBudgetStore<V> {
  readonly #entries = new Map<string, StoredEntry<V>>();
  readonly #queues: S3FifoQueues<V>;
  readonly #budgetBytes: number;
  readonly #onRemoved: ByteBudgetStoreOptions<V>['onRemoved'];

  constructor(options: ByteBudgetStoreOptions<V>) {
    this.#budgetBytes = options.budgetBytes;
    this.#onRemoved = options.onRemoved;
    this.#queues = new S3FifoQueues(options.budgetBytes);
  }

  get count(): number {
    return this.#entries.size;
  }

  get sizeBytes(): number {
    return this.#queues.sizeBytes;
  }

  /** The value, which is thereby used. Nothing is moved or allocated: the use is looked at when room is needed. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.uses < mostUses) entry.uses += 1;
    return entry.value;
  }

  /** The value, without a use. */
  peek(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** False for a value too large to be kept, or of no valid size; an older value of the key has gone then, too. */
  set(key: string, value: V, sizeBytes: number): boolean {
    const totalBytes = sizeBytes + keyBytes(key) + entryOverheadBytes;
    const older = this.#entries.get(key);
    if (!(sizeBytes >= 0 && totalBytes <= this.#budgetBytes * largestEntryShare)) {
      if (older !== undefined) this.#remove(older, 'replaced');
      return false;
    }
    const entry = new StoredEntry(key, value, totalBytes);
    if (older === undefined) this.#insert(entry);
    else this.#replace(older, entry);
    return true;
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#remove(entry, 'deleted');
    return true;
  }

  /** Forgets the values and what was learned about their use. */
  clear(): void {
    const cleared = [...this.#entries.values()];
    this.#entries.clear();
    this.#queues.clear();
    for (const entry of cleared) this.#onRemoved?.(entry.key, entry.value, 'cleared');
  }

  /** For inspection: no use is counted. */
  *entries(): IterableIterator<[string, V]> {
    for (const entry of this.#entries.values()) yield [entry.key, entry.value];
  }

  #insert(entry: StoredEntry<V>): void {
    const toMain = this.#queues.recall(entry.key, entry.sizeBytes, this.#entries.size);
    this.#evictUntilFits(entry.sizeBytes);
    this.#entries.set(entry.key, entry);
    this.#queues.add(entry, toMain);
  }

  #replace(older: StoredEntry<V>, entry: StoredEntry<V>): void {
    entry.uses = older.uses;
    const wasMain = this.#queues.isMain(older);
    // The older value leaves first, so that the search for room can meet neither of the two.
    this.#remove(older, 'replaced');
    this.#evictUntilFits(entry.sizeBytes);
    this.#entries.set(entry.key, entry);
    this.#queues.add(entry, wasMain);
  }

  #evictUntilFits(sizeBytes: number): void {
    while (this.#queues.sizeBytes + sizeBytes > this.#budgetBytes) {
      const evicted = this.#queues.evict();
      if (evicted === undefined) return;
      this.#entries.delete(evicted.key);
      this.#onRemoved?.(evicted.key, evicted.value, 'evicted');
    }
  }

  #remove(entry: StoredEntry<V>, reason: Removal): void {
    this.#entries.delete(entry.key);
    this.#queues.remove(entry);
    this.#onRemoved?.(entry.key, entry.value, reason);
  }
}

/** V8 keeps a string in one byte a character until one of them lies beyond Latin-1. */
function keyBytes(key: string): number {
  return wideCharacter.test(key) ? key.length * 2 : key.length;
}
