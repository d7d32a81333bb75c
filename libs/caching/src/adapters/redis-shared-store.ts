/** The store that nodes share in Redis: one round trip a question, and never longer than the answer is worth waiting for. */
import { hash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { CircuitBreaker } from '../core/circuit-breaker.js';
import type { Claim, SharedFind, SharedStore } from '../core/shared-store.js';

/** Longer than most answers take to make; a node that dies with the lease holds up the others for no longer. */
const leaseMs = 1_000;
const commandTimeoutMs = 100;

/** The last key is the lease; the others are looked into in their order. */
const findScript = `
for at = 1, #KEYS - 1 do
  local value = redis.call('GET', KEYS[at])
  if value then return {at, value} end
end
if redis.call('SET', KEYS[#KEYS], ARGV[1], 'NX', 'PX', ARGV[2]) then return {0} end
return {-1}
`;

/** The lease goes only if it is still ours. */
const putScript = `
if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
return 1
`;

export interface RedisSharedStoreOptions {
  readonly redis: Redis;
  readonly namespace: string;
  readonly breaker: CircuitBreaker;
  readonly monotonicMs: () => number;
  readonly onFailure: (error: unknown) => void;
}

export class RedisSharedStore implements SharedStore {
  readonly #redis: Redis;

  constructor(private readonly options: RedisSharedStoreOptions) {
    this.#redis = options.redis.duplicate({
      lazyConnect: false,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: commandTimeoutMs,
    });
    this.#redis.on('error', () => undefined); // the commands fail and tell
  }

  async find(question: string, keys: readonly string[]): Promise<SharedFind> {
    const lease = randomUUID();
    const redisKeys = [...keys.map((key) => this.#keyOf(question, key)), this.#leaseOf(question)];
    const reply = await this.#ask(() =>
      this.#redis.callBuffer('EVAL', findScript, redisKeys.length, ...redisKeys, lease, leaseMs),
    );
    if (reply === undefined) return { claim: { holder: 'nobody' } };
    const [at, bytes] = reply as [number, Buffer | undefined];
    const key = keys[at - 1];
    if (key !== undefined && bytes !== undefined) return { found: { key, bytes } };
    return { claim: at === 0 ? { holder: 'us', lease } : { holder: 'another node' } };
  }

  async claim(question: string): Promise<Claim> {
    const { claim = { holder: 'nobody' } } = await this.find(question, []);
    return claim;
  }

  async put(question: string, key: string, bytes: Buffer, ttlMs: number, lease = ''): Promise<void> {
    const keys = [this.#keyOf(question, key), this.#leaseOf(question)];
    await this.#ask(() =>
      this.#redis.call('EVAL', putScript, keys.length, ...keys, bytes, Math.ceil(ttlMs), lease),
    );
  }

  async release(question: string, lease: string): Promise<void> {
    await this.put(question, '', Buffer.alloc(0), 0, lease);
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** Undefined when Redis is away, is slow, or was so a moment ago. */
  async #ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    const { breaker, monotonicMs, onFailure } = this.options;
    const permit = breaker.tryEnter(monotonicMs());
    if (permit === undefined) return undefined;
    try {
      const reply = await command();
      breaker.succeed(permit, monotonicMs());
      return reply;
    } catch (error) {
      breaker.fail(permit, monotonicMs());
      onFailure(error);
      return undefined;
    }
  }

  /** What is asked may be long; all keys of one question lie in one slot of a cluster. */
  #slotOf(question: string): string {
    return `{${this.options.namespace}:${hash('sha1', question, 'base64url')}}`;
  }

  #keyOf(question: string, key: string): string {
    return `${this.#slotOf(question)}:answer:${key}`;
  }

  #leaseOf(question: string): string {
    return `${this.#slotOf(question)}:lease`;
  }
}
