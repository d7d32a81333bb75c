/** Counts requests in windows of a minute: on all nodes together where Redis answers, on this node alone otherwise. */
import type { Clock, PlatformLogger } from '@app/platform';
import type { Redis } from 'ioredis';

export const windowMs = 60_000;
/** Clients remembered without Redis; beyond it the oldest are forgotten, so that a flood cannot fill the memory. */
const mostRemembered = 10_000;

export interface Count {
  /** Requests in the running window, this one included. */
  readonly current: number;
  /** Until the window ends. */
  readonly ttlMs: number;
}

export interface RequestCounter {
  add(key: string): Promise<Count>;
}

export class MemoryRequestCounter implements RequestCounter {
  readonly #windows = new Map<string, { current: number; endsAtMs: number }>();

  constructor(private readonly clock: Clock) {}

  async add(key: string): Promise<Count> {
    const nowMs = this.clock.nowMs();
    const running = this.#windows.get(key);
    const window =
      running === undefined || running.endsAtMs <= nowMs
        ? { current: 1, endsAtMs: nowMs + windowMs }
        : { current: running.current + 1, endsAtMs: running.endsAtMs };
    // Written anew each time, so that the first key of the map is the one not seen for longest.
    this.#windows.delete(key);
    this.#windows.set(key, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > mostRemembered && oldest !== undefined) this.#windows.delete(oldest);
    return { current: window.current, ttlMs: window.endsAtMs - nowMs };
  }
}

export class RedisRequestCounter implements RequestCounter {
  constructor(private readonly redis: Redis) {}

  /** @param by how many at once; the count includes all of them. */
  async add(key: string, by = 1): Promise<Count> {
    // A command would wait for a Redis that is away to come back; no request may wait for that.
    if (this.redis.status !== 'ready') throw new Error('Redis is not connected.');
    const name = `swiftlet:rate-limit:${key}`;
    const replies = await this.redis.multi().incrby(name, by).pexpire(name, windowMs, 'NX').pttl(name).exec();
    const [current, , ttlMs] = (replies ?? []).map(([error, reply]) => {
      if (error !== null) throw error;
      return Number(reply);
    });
    if (current === undefined || ttlMs === undefined) throw new Error('Redis discarded the count.');
    return { current, ttlMs };
  }
}

export class SharedRequestCounter implements RequestCounter {
  #isAway = false;

  constructor(
    private readonly shared: RequestCounter,
    private readonly local: RequestCounter,
    private readonly logger: PlatformLogger,
  ) {}

  async add(key: string): Promise<Count> {
    try {
      const count = await this.shared.add(key);
      this.#isAway = false;
      return count;
    } catch (err) {
      if (!this.#isAway) this.logger.warn('requests are counted on this node alone', { err });
      this.#isAway = true;
      return this.local.add(key);
    }
  }
}

/** Requests of the allowance that a node takes from the shared count at a time: one round trip for a hundredth of it. */
const leasesOfAllowance = 100;

interface Lease {
  /** The shared count with everything that this node has taken. */
  readonly upTo: number;
  left: number;
  readonly endsAtMs: number;
}

/**
 * Counts in Redis by the dozen, so that a request that is answered at once need not wait for a round trip. What a node has
 * taken and not used counts as used: all nodes together allow no more than the allowance, and at most one lease a node less.
 */
export class LeasedRequestCounter implements RequestCounter {
  readonly #leases = new Map<string, Lease>();
  readonly #taking = new Map<string, Promise<Lease>>();
  readonly #size: number;

  /** @param mostPerMinute below two hundred every request is counted by itself. */
  constructor(
    private readonly redis: RedisRequestCounter,
    private readonly clock: Clock,
    mostPerMinute: number,
  ) {
    this.#size = Math.max(1, Math.floor(mostPerMinute / leasesOfAllowance));
  }

  async add(key: string): Promise<Count> {
    for (;;) {
      const nowMs = this.clock.nowMs();
      const lease = this.#leases.get(key);
      if (lease !== undefined && lease.left > 0 && nowMs < lease.endsAtMs) {
        lease.left -= 1;
        return { current: lease.upTo - lease.left, ttlMs: lease.endsAtMs - nowMs };
      }
      await this.#take(key);
    }
  }

  /** Once for all who ask meanwhile: each by itself would use up the allowance between them. */
  #take(key: string): Promise<unknown> {
    let taking = this.#taking.get(key);
    if (taking === undefined) {
      taking = this.#lease(key).finally(() => this.#taking.delete(key));
      this.#taking.set(key, taking);
    }
    return taking;
  }

  async #lease(key: string): Promise<Lease> {
    const { current, ttlMs } = await this.redis.add(key, this.#size);
    const lease = { upTo: current, left: this.#size, endsAtMs: this.clock.nowMs() + ttlMs };
    if (this.#leases.size >= mostRemembered) this.#leases.clear(); // what is left of them counts as used
    this.#leases.set(key, lease);
    return lease;
  }
}
