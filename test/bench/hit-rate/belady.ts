/** Belady's optimum (1966), which knows the future: no cache of this size can have more hits on this trace. */
import type { CacheSize, Policy } from './policy.js';

const never = 0x7fffffff;

/** For each request the place of the next one for the same key. */
export function nextUses(keys: Int32Array, keyCount: number): Int32Array {
  const next = new Int32Array(keys.length);
  const seen = new Int32Array(keyCount).fill(never);
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const key = keys[at] as number;
    next[at] = seen[key] as number;
    seen[key] = at;
  }
  return next;
}

export class Belady implements Policy {
  readonly #capacity: number;
  readonly #nextUses: Int32Array;
  /** When the key is asked for next, or 0 while it is not kept. */
  readonly #keptUntil: Int32Array;
  readonly #keys: Int32Array;
  /** Max-heap of next uses; a use that has passed or whose key has left lies in it until it comes up. */
  #heap: Int32Array = new Int32Array(1024);
  #heapSize = 0;
  #size = 0;
  #at = -1;

  constructor({ capacity, keyCount }: CacheSize, keys: Int32Array, uses: Int32Array) {
    this.#capacity = capacity;
    this.#keys = keys;
    this.#nextUses = uses;
    this.#keptUntil = new Int32Array(keyCount);
  }

  request(key: number): boolean {
    this.#at += 1;
    const isHit = this.#keptUntil[key] === this.#at && this.#at > 0;
    const next = this.#nextUses[this.#at] as number;
    if (isHit) this.#size -= 1;
    this.#keptUntil[key] = 0;
    // An object that never comes again would only take room: the bound may refuse to keep it.
    if (next === never) return isHit;
    this.#keptUntil[key] = next;
    this.#push(next);
    this.#size += 1;
    if (this.#size > this.#capacity) this.#evictFarthest();
    return isHit;
  }

  #evictFarthest(): void {
    for (;;) {
      const farthest = this.#pop();
      const key = this.#keys[farthest] as number;
      if (this.#keptUntil[key] !== farthest) continue;
      this.#keptUntil[key] = 0;
      this.#size -= 1;
      return;
    }
  }

  #push(use: number): void {
    if (this.#heapSize === this.#heap.length) {
      const grown = new Int32Array(this.#heap.length * 2);
      grown.set(this.#heap);
      this.#heap = grown;
    }
    let at = this.#heapSize;
    this.#heapSize += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (above >= use) break;
      this.#heap[at] = above;
      at = parent;
    }
    this.#heap[at] = use;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0] as number;
    this.#heapSize -= 1;
    const moved = heap[this.#heapSize] as number;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#heapSize) break;
      if (child + 1 < this.#heapSize && (heap[child + 1] as number) > (heap[child] as number)) child += 1;
      if ((heap[child] as number) <= moved) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = moved;
    return top;
  }
}
