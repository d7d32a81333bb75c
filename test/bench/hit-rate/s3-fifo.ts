/** S3-FIFO as published (Yang et al., SOSP'23, algorithm 1): small queue of a tenth, main queue, ghosts of the main's size. */
import { KeyQueues } from './key-queues.js';
import type { CacheSize, Policy } from './policy.js';

const small = 0;
const main = 1;
const ghost = 2;
const mostUses = 3;

export class S3Fifo implements Policy {
  readonly #queues: KeyQueues;
  readonly #uses: Uint8Array;
  readonly #capacity: number;
  readonly #smallTarget: number;

  constructor({ capacity, keyCount }: CacheSize) {
    this.#capacity = capacity;
    this.#smallTarget = Math.max(1, Math.floor(capacity / 10));
    this.#queues = new KeyQueues(keyCount, 3);
    this.#uses = new Uint8Array(keyCount);
  }

  request(key: number): boolean {
    const queues = this.#queues;
    if (queues.isIn(small, key) || queues.isIn(main, key)) {
      this.#uses[key] = Math.min((this.#uses[key] as number) + 1, mostUses);
      return true;
    }
    const returns = queues.isIn(ghost, key);
    while (queues.sizeOf(small) + queues.sizeOf(main) >= this.#capacity) this.#evict();
    queues.moveTo(returns ? main : small, key);
    this.#uses[key] = 0;
    return false;
  }

  #evict(): void {
    const queues = this.#queues;
    if (queues.sizeOf(small) >= this.#smallTarget || queues.sizeOf(main) === 0) this.#evictFromSmall();
    else this.#evictFromMain();
  }

  #evictFromSmall(): void {
    const queues = this.#queues;
    const mainTarget = this.#capacity - this.#smallTarget;
    while (queues.sizeOf(small) > 0) {
      const key = queues.oldest(small);
      // One use is a chance, two are a habit: the paper's `freq > 1`.
      if ((this.#uses[key] as number) > 1) {
        this.#uses[key] = 0;
        queues.moveTo(main, key);
        if (queues.sizeOf(main) > mainTarget) {
          this.#evictFromMain();
          return;
        }
      } else {
        queues.moveTo(ghost, key);
        if (queues.sizeOf(ghost) > mainTarget) queues.remove(queues.oldest(ghost));
        return;
      }
    }
  }

  #evictFromMain(): void {
    for (;;) {
      const key = this.#queues.oldest(main);
      const uses = this.#uses[key] as number;
      if (uses === 0) {
        this.#queues.remove(key);
        return;
      }
      this.#uses[key] = uses - 1;
      this.#queues.moveTo(main, key);
    }
  }
}
