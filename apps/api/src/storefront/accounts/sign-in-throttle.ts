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
  /** The last attempt under way of each key. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** @param fallback counts on this node alone while Redis does not answer. */
  constructor(
    private readonly mostFailures: number,
    private readonly shared: FailureCounter | undefined,
    private readonly fallback: FailureCounter,
  ) {}

  /**
   * Lets the attempts of one client on one account happen one after the other: all those sent at once would otherwise be
   * let in before the first of them had failed.
   *
   * @param signIn undefined counts as a failure.
   * @throws TooManySignIns
   */
  async attempt<T>(
    email: string,
    clientAddress: string,
    signIn: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const key = this.#key(email, clientAddress);
    const before = this.#underWay.get(key);
    const attempt = (before ?? Promise.resolve()).then(() => this.#attemptNow(key, signIn));
    const settled = attempt.catch(() => undefined);
    this.#underWay.set(key, settled);
    try {
      return await attempt;
    } finally {
      if (this.#underWay.get(key) === settled) this.#underWay.delete(key);
    }
  }

  async #attemptNow<T>(key: string, signIn: () => Promise<T | undefined>): Promise<T | undefined> {
    const failures = await this.#withCounter((counter) => counter.count(key));
    if (failures >= this.mostFailures) throw new TooManySignIns(windowMs / 1000);
    const result = await signIn();
    if (result === undefined) await this.#withCounter((counter) => counter.add(key));
    return result;
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
