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

  async add(key: string): Promise<Count> {
    // A command would wait for a Redis that is away to come back; no request may wait for that.
    if (this.redis.status !== 'ready') throw new Error('Redis is not connected.');
    const name = `swiftlet:rate-limit:${key}`;
    const replies = await this.redis.multi().incr(name).pexpire(name, windowMs, 'NX').pttl(name).exec();
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
