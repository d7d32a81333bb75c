/** The invalidation log of a process that is the only node. */
import type { Invalidation, InvalidationLog, LogFollower, Sequence } from '../core/invalidation-log.js';

export class MemoryInvalidationLog implements InvalidationLog {
  #sequence: Sequence = 0;
  #follower: LogFollower | undefined;

  append(invalidation: Invalidation): Promise<Sequence> {
    this.#sequence += 1;
    this.#follower?.apply(invalidation, this.#sequence);
    this.#follower?.reach(this.#sequence);
    return Promise.resolve(this.#sequence);
  }

  now(): Sequence {
    return this.#sequence;
  }

  isCurrent(): boolean {
    return this.#follower !== undefined;
  }

  start(follower: LogFollower): Promise<void> {
    this.#follower = follower;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#follower = undefined;
    return Promise.resolve();
  }
}
