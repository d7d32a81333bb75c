/** Queues of small integers in which each key stands at most once, and every move costs the same. */
const nowhere = 255;

export class KeyQueues {
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #queueOf: Uint8Array;
  readonly #sizes: number[];
  readonly #keyCount: number;

  constructor(keyCount: number, queueCount: number) {
    this.#keyCount = keyCount;
    this.#newer = new Int32Array(keyCount + queueCount);
    this.#older = new Int32Array(keyCount + queueCount);
    this.#queueOf = new Uint8Array(keyCount).fill(nowhere);
    this.#sizes = Array.from({ length: queueCount }, () => 0);
    // Each queue is a ring through a sentinel, so that no end is a special case.
    for (let at = keyCount; at < keyCount + queueCount; at += 1) this.#newer[at] = this.#older[at] = at;
  }

  isIn(queue: number, key: number): boolean {
    return this.#queueOf[key] === queue;
  }

  sizeOf(queue: number): number {
    return this.#sizes[queue] as number;
  }

  /** The key that came first, or -1 of an empty queue. */
  oldest(queue: number): number {
    return this.#keyOrNone(this.#newer[this.#keyCount + queue] as number);
  }

  /** The key that came last, or -1 of an empty queue. */
  newest(queue: number): number {
    return this.#keyOrNone(this.#older[this.#keyCount + queue] as number);
  }

  /** The key that came next after this one, or -1 after the newest. */
  newerThan(key: number): number {
    return this.#keyOrNone(this.#newer[key] as number);
  }

  /** Makes the key the newest of the queue, wherever it was before. */
  moveTo(queue: number, key: number): void {
    this.remove(key);
    const sentinel = this.#keyCount + queue;
    const newest = this.#older[sentinel] as number;
    this.#newer[newest] = key;
    this.#older[key] = newest;
    this.#newer[key] = sentinel;
    this.#older[sentinel] = key;
    this.#queueOf[key] = queue;
    this.#sizes[queue] = this.sizeOf(queue) + 1;
  }

  remove(key: number): void {
    const queue = this.#queueOf[key] as number;
    if (queue === nowhere) return;
    const newer = this.#newer[key] as number;
    const older = this.#older[key] as number;
    this.#newer[older] = newer;
    this.#older[newer] = older;
    this.#queueOf[key] = nowhere;
    this.#sizes[queue] = this.sizeOf(queue) - 1;
  }

  #keyOrNone(at: number): number {
    return at < this.#keyCount ? at : -1;
  }
}
