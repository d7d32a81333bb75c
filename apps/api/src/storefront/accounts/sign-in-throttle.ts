/** Slows guessing down: so many failures a minute for an address and an e-mail, counted on all nodes where Redis is there. */
import { createHash } from 'node:crypto';
import type { Clock } from '@app/platform';
import type { Redis } from 'ioredis';
import { TooManySignIns } from './accounts.errors.js';

const windowMs = 60_000;
/** Addresses remembered without Redis; beyond it the oldest are forgotten, so that a flood cannot fill the memory. */
const mostRemembered = 10_000;

export interface FailureCounter {
  /** Failures in the running window. */
  count(key: string): Promise<number>;
  add(key: string): Promise<void>;
}

export class RedisFailureCounter implements FailureCounter {
  constructor(private readonly redis: Redis) {}

  async count(key: string): Promise<number> {
    return Number((await this.redis.get(this.#key(key))) ?? 0);
  }

  async add(key: string): Promise<void> {
    await this.redis.multi().incr(this.#key(key)).pexpire(this.#key(key), windowMs, 'NX').exec();
  }

  #key(key: string): string {
    return `swiftlet:sign-in:${key}`;
  }
}

export class MemoryFailureCounter implements FailureCounter {
  readonly #failures = new Map<string, { count: number; endsAtMs: number }>();

  constructor(private readonly clock: Clock) {}

  async count(key: string): Promise<number> {
    const entry = this.#failures.get(key);
    return entry === undefined || entry.endsAtMs <= this.clock.nowMs() ? 0 : entry.count;
  }

  async add(key: string): Promise<void> {
    const count = (await this.count(key)) + 1;
    const endsAtMs = count === 1 ? this.clock.nowMs() + windowMs : (this.#failures.get(key)?.endsAtMs ?? 0);
    this.#failures.delete(key);
    this.#failures.set(key, { count, endsAtMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostRemembered && oldest !== undefined) this.#failures.delete(oldest);
  }
}

export class SignInThrottle {
  /** @param fallback counts on this node alone while Redis does not answer. */
  constructor(
    private readonly mostFailures: number,
    private readonly shared: FailureCounter | undefined,
    private readonly fallback: FailureCounter,
  ) {}

  /** @throws TooManySignIns */
  async admit(email: string, clientAddress: string): Promise<void> {
    const failures = await this.#withCounter((counter) => counter.count(this.#key(email, clientAddress)));
    if (failures >= this.mostFailures) throw new TooManySignIns(windowMs / 1000);
  }

  async failed(email: string, clientAddress: string): Promise<void> {
    await this.#withCounter((counter) => counter.add(this.#key(email, clientAddress)));
  }

  async #withCounter<T>(use: (counter: FailureCounter) => Promise<T>): Promise<T> {
    if (this.shared === undefined) return use(this.fallback);
    return use(this.shared).catch(() => use(this.fallback));
  }

  /** Hashed, so that Redis holds no addresses of people. */
  #key(email: string, clientAddress: string): string {
    return createHash('sha256')
      .update(`${email.toLowerCase()} ${clientAddress}`)
      .digest('base64url')
      .slice(0, 22);
  }
}
