/** ARC (Megiddo and Modha, FAST'03, figure 4): two recency lists whose shares follow the hits on their ghosts. */
import { KeyQueues } from './key-queues.js';
import type { CacheSize, Policy } from './policy.js';

const once = 0;
const often = 1;
const onceGhosts = 2;
const oftenGhosts = 3;

export class Arc implements Policy {
  readonly #queues: KeyQueues;
  readonly #capacity: number;
  #onceTarget = 0;

  constructor({ capacity, keyCount }: CacheSize) {
    this.#capacity = capacity;
    this.#queues = new KeyQueues(keyCount, 4);
  }

  request(key: number): boolean {
    const queues = this.#queues;
    if (queues.isIn(once, key) || queues.isIn(often, key)) {
      queues.moveTo(often, key);
      return true;
    }
    const b1 = queues.sizeOf(onceGhosts);
    const b2 = queues.sizeOf(oftenGhosts);
    if (queues.isIn(onceGhosts, key)) {
      this.#onceTarget = Math.min(this.#capacity, this.#onceTarget + Math.max(1, b2 / b1));
      this.#replace(false);
      queues.moveTo(often, key);
    } else if (queues.isIn(oftenGhosts, key)) {
      this.#onceTarget = Math.max(0, this.#onceTarget - Math.max(1, b1 / b2));
      this.#replace(true);
      queues.moveTo(often, key);
    } else {
      this.#makeRoomForStranger();
      queues.moveTo(once, key);
    }
    return false;
  }

  #makeRoomForStranger(): void {
    const queues = this.#queues;
    const l1 = queues.sizeOf(once) + queues.sizeOf(onceGhosts);
    const all = l1 + queues.sizeOf(often) + queues.sizeOf(oftenGhosts);
    if (l1 === this.#capacity) {
      if (queues.sizeOf(once) < this.#capacity) {
        queues.remove(queues.oldest(onceGhosts));
        this.#replace(false);
      } else queues.remove(queues.oldest(once));
    } else if (all >= this.#capacity) {
      if (all === 2 * this.#capacity) queues.remove(queues.oldest(oftenGhosts));
      this.#replace(false);
    }
  }

  #replace(returnsFromOften: boolean): void {
    const queues = this.#queues;
    const t1 = queues.sizeOf(once);
    if (t1 > 0 && (t1 > this.#onceTarget || (returnsFromOften && t1 === this.#onceTarget)))
      queues.moveTo(onceGhosts, queues.oldest(once));
    else queues.moveTo(oftenGhosts, queues.oldest(often));
  }
}
