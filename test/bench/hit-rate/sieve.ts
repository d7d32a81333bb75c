/** SIEVE (Zhang et al., NSDI'24): one queue, one bit, and a hand that stays where it evicted last. */
import { KeyQueues } from './key-queues.js';
import type { CacheSize, Policy } from './policy.js';

const kept = 0;

export class Sieve implements Policy {
  readonly #queues: KeyQueues;
  readonly #visited: Uint8Array;
  readonly #capacity: number;
  #hand = -1;

  constructor({ capacity, keyCount }: CacheSize) {
    this.#capacity = capacity;
    this.#queues = new KeyQueues(keyCount, 1);
    this.#visited = new Uint8Array(keyCount);
  }

  request(key: number): boolean {
    if (this.#queues.isIn(kept, key)) {
      this.#visited[key] = 1;
      return true;
    }
    if (this.#queues.sizeOf(kept) >= this.#capacity) this.#evict();
    this.#queues.moveTo(kept, key);
    this.#visited[key] = 0;
    return false;
  }

  #evict(): void {
    let at = this.#hand === -1 ? this.#queues.oldest(kept) : this.#hand;
    while (this.#visited[at] === 1) {
      this.#visited[at] = 0;
      at = this.#queues.newerThan(at);
      if (at === -1) at = this.#queues.oldest(kept);
    }
    this.#hand = this.#queues.newerThan(at);
    this.#queues.remove(at);
  }
}
