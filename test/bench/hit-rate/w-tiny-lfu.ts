/**
 * W-TinyLFU (Einziger et al., 2017) with the adaptive window of "Adaptive Software Cache Management" (Middleware'18):
 * a hill climber moves room between window and main for as long as the hit rate rises. Without it the window keeps the
 * hundredth of the first paper.
 */
import { FrequencySketch } from './frequency-sketch.js';
import { KeyQueues } from './key-queues.js';
import type { CacheSize, Policy } from './policy.js';

const window = 0;
const probation = 1;
const protect = 2;

const initialWindowShare = 0.01;
const protectedShare = 0.8;
/** The climber's constants in Caffeine: first step, its decay, the change of the hit rate that starts it anew. */
const firstStepShare = 0.0625;
const stepDecay = 0.98;
const restartAtChange = 0.05;

export class WTinyLfu implements Policy {
  readonly #queues: KeyQueues;
  readonly #sketch: FrequencySketch;
  readonly #capacity: number;
  #windowTarget: number;
  #hits = 0;
  #requests = 0;
  #previousHitRatio = 0;
  #step: number;
  readonly #adapts: boolean;

  constructor({ capacity, keyCount }: CacheSize, adapts = true) {
    this.#adapts = adapts;
    this.#capacity = capacity;
    this.#queues = new KeyQueues(keyCount, 3);
    this.#sketch = new FrequencySketch(capacity);
    this.#windowTarget = Math.max(1, Math.floor(capacity * initialWindowShare));
    this.#step = -firstStepShare * capacity;
  }

  request(key: number): boolean {
    this.#sketch.add(key);
    const queues = this.#queues;
    let isHit = true;
    if (queues.isIn(window, key)) queues.moveTo(window, key);
    else if (queues.isIn(protect, key)) queues.moveTo(protect, key);
    else if (queues.isIn(probation, key)) {
      queues.moveTo(protect, key);
      this.#fitProtected();
    } else {
      isHit = false;
      queues.moveTo(window, key);
      this.#fitWindow();
      this.#evictIfFull();
    }
    if (this.#adapts) this.#climb(isHit);
    return isHit;
  }

  #fitProtected(): void {
    const target = (this.#capacity - this.#windowTarget) * protectedShare;
    while (this.#queues.sizeOf(protect) > target)
      this.#queues.moveTo(probation, this.#queues.oldest(protect));
  }

  /** What leaves the window stands last in probation until the duel that follows. */
  #fitWindow(): void {
    while (this.#queues.sizeOf(window) > this.#windowTarget)
      this.#queues.moveTo(probation, this.#queues.oldest(window));
  }

  #evictIfFull(): void {
    const queues = this.#queues;
    if (queues.sizeOf(window) + queues.sizeOf(probation) + queues.sizeOf(protect) <= this.#capacity) return;
    const victim = queues.oldest(probation);
    const candidate = queues.newest(probation);
    if (victim === -1) queues.remove(queues.oldest(queues.sizeOf(window) > 1 ? window : protect));
    else if (this.#sketch.frequency(candidate) > this.#sketch.frequency(victim)) queues.remove(victim);
    else queues.remove(candidate);
  }

  #climb(isHit: boolean): void {
    this.#requests += 1;
    if (isHit) this.#hits += 1;
    if (this.#requests < this.#capacity * 10) return;
    const hitRatio = this.#hits / this.#requests;
    const change = hitRatio - this.#previousHitRatio;
    const step = change >= 0 ? this.#step : -this.#step;
    this.#step =
      Math.abs(change) >= restartAtChange
        ? Math.sign(step) * firstStepShare * this.#capacity
        : step * stepDecay;
    this.#previousHitRatio = hitRatio;
    this.#hits = this.#requests = 0;
    const most = Math.max(1, Math.floor(this.#capacity * protectedShare));
    this.#windowTarget = Math.round(Math.min(most, Math.max(1, this.#windowTarget + step)));
    this.#fitProtected();
    this.#fitWindow();
    while (this.#queues.sizeOf(window) < this.#windowTarget && this.#queues.sizeOf(probation) > 0)
      this.#queues.moveTo(window, this.#queues.oldest(probation));
  }
}
