/** Least recently used: what every common cache of this language does. */
import { KeyQueues } from './key-queues.js';
import type { CacheSize, Policy } from './policy.js';

const kept = 0;

export class Lru implements Policy {
  readonly #queues: KeyQueues;
  readonly #capacity: number;

  constructor({ capacity, keyCount }: CacheSize) {
    this.#capacity = capacity;
    this.#queues = new KeyQueues(keyCount, 1);
  }

  request(key: number): boolean {
    const isHit = this.#queues.isIn(kept, key);
    if (!isHit && this.#queues.sizeOf(kept) >= this.#capacity) this.#queues.remove(this.#queues.oldest(kept));
    this.#queues.moveTo(kept, key);
    return isHit;
  }
}
