/** The store that nodes share in Redis: one round trip a question, and never longer than the answer is worth waiting for. */
import { hash, randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { CircuitBreaker } from '../core/circuit-breaker.js';
import type { Deadline } from '../core/deadline.js';
import { GuardedCalls } from '../core/guarded-calls.js';
import { leaseMs } from '../core/shared-store.js';
import type {
  Lease,
  SharedFind,
  SharedItem,
  SharedPlace,
  SharedStore,
  Wanted,
} from '../core/shared-store.js';
import { openCacheConnection } from '../cache-connection.js';

const commandTimeoutMs = 100;

/** The last key is the lease; the others are looked into in their order. ARGV[2 + n] is the SHA-1 of what is useless under key n. */
const findScript = `
for at = 1, #KEYS - 1 do
  local value = redis.call('GET', KEYS[at])
  local useless = ARGV[2 + at]
  if value and (useless == '' or redis.sha1hex(value) ~= useless) then return {at, value} end
end
if redis.call('SET', KEYS[#KEYS], ARGV[1], 'NX', 'PX', ARGV[2]) then return {0} end
return {-1}
`;

/** The lease goes only if it is still ours. */
const putScript = `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if KEYS[2] and redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
return 1
`;

const renewScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/** Also what Redis refuses, as when it is full: it is of no use either then. */
const always = () => true;

export interface RedisSharedStoreOptions {
  readonly redis: Redis | Cluster;
  readonly namespace: string;
  readonly breaker: CircuitBreaker;
  readonly monotonicMs: () => number;
  readonly onFailure: (error: unknown) => void;
}

export class RedisSharedStore implements SharedStore {
  readonly #redis: Redis | Cluster;
  readonly #calls: GuardedCalls;

  constructor(private readonly options: RedisSharedStoreOptions) {
    const { redis, breaker, monotonicMs } = options;
    this.#redis = openCacheConnection(redis);
    this.#redis.on('error', () => undefined); // the commands fail and tell
    this.#redis.connect().catch(() => undefined); // it goes on trying
    this.#calls = new GuardedCalls({
      breaker,
      nowMs: monotonicMs,
      timeoutMs: commandTimeoutMs,
      isOutage: always,
    });
  }

  async find(question: string, { keys, leaseName, useless }: Wanted): Promise<SharedFind> {
    const lease: Lease = { name: leaseName, holder: randomUUID() };
    const redisKeys = [...keys.map((key) => this.#keyOf(question, key)), this.#leaseKeyOf(question, lease)];
    const uselessHashes = keys.map((key) => sha1(useless?.get(key)));
    const reply = await this.#ask(question, async (deadline) => {
      const found = await this.#redis.callBuffer(
        'eval',
        findScript,
        redisKeys.length,
        ...redisKeys,
        lease.holder,
        leaseMs,
        ...uselessHashes,
      );
      const [at, bytes] = found as [number, Buffer | undefined];
      // A server that was hung has granted it to somebody who has gone on without it.
      if (at === 0 && deadline.hasPassed) void this.release(question, lease);
      return { at, bytes };
    });
    if (reply === undefined) return { kind: 'nobody' };
    const key = keys[reply.at - 1];
    if (key !== undefined && reply.bytes !== undefined) return { kind: 'found', key, bytes: reply.bytes };
    return reply.at === 0 ? { kind: 'ours', lease } : { kind: 'another node' };
  }

  async read(question: string, key: string): Promise<Buffer | undefined> {
    const bytes = await this.#ask(question, () => this.#redis.getBuffer(this.#keyOf(question, key)));
    return bytes ?? undefined;
  }

  async put(question: string, key: string, bytes: Buffer, ttlMs: number, lease?: Lease): Promise<void> {
    const keys = [this.#keyOf(question, key)];
    if (lease !== undefined) keys.push(this.#leaseKeyOf(question, lease));
    const expiryMs = expiryOf(ttlMs);
    await this.#ask(question, () =>
      this.#redis.eval(putScript, keys.length, ...keys, bytes, expiryMs, lease?.holder ?? ''),
    );
  }

  async readMany(places: readonly SharedPlace[]): Promise<readonly (Buffer | undefined)[]> {
    const keys = places.map(({ question, key }) => this.#keyOf(question, key));
    const found = await this.#ask(places[0]?.question ?? '', () => readAll(this.#redis, keys));
    return places.map((_, at) => found?.[at] ?? undefined);
  }

  async putMany(items: readonly SharedItem[]): Promise<void> {
    const sets = items.map(({ question, key, bytes, ttlMs }): SetWords => {
      return [this.#keyOf(question, key), bytes, 'PX', expiryOf(ttlMs)];
    });
    await this.#ask(items[0]?.question ?? '', () => writeAll(this.#redis, sets));
  }

  async renew(question: string, lease: Lease): Promise<void> {
    const key = this.#leaseKeyOf(question, lease);
    await this.#ask(question, () => this.#redis.eval(renewScript, 1, key, lease.holder, leaseMs));
  }

  async release(question: string, lease: Lease): Promise<void> {
    const key = this.#leaseKeyOf(question, lease);
    await this.#ask(question, () => this.#redis.eval(releaseScript, 1, key, lease.holder));
  }

  /** By this name Nest calls it, when nothing is asked any more. */
  onApplicationShutdown(): void {
    this.close();
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** Undefined when Redis is away, is slow, or was so a moment ago. */
  async #ask<T>(question: string, run: (deadline: Deadline) => Promise<T>): Promise<T | undefined> {
    const probe = () => this.#redis.exists(this.#slotOf(question));
    const outcome = await this.#calls.attempt(run, probe);
    if (outcome.kind === 'answered') return outcome.result;
    if (outcome.kind === 'failed') this.options.onFailure(outcome.error);
    return undefined;
  }

  /** What is asked may be long; all keys of one question lie in one slot of a cluster. */
  #slotOf(question: string): string {
    return `{${this.options.namespace}:${hash('sha1', question, 'base64url')}}`;
  }

  #keyOf(question: string, key: string): string {
    return `${this.#slotOf(question)}:answer:${key}`;
  }

  #leaseKeyOf(question: string, { name }: Lease): string {
    return `${this.#slotOf(question)}:lease:${name}`;
  }
}

type SetWords = [key: string, bytes: Buffer, unit: 'PX', ttlMs: number];

/**
 * A cluster refuses commands over keys of several slots. One for each key, all sent at once, take one round trip as well: each
 * master is written to without waiting for what it was asked before.
 */
async function readAll(redis: Redis | Cluster, keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
  if (!redis.isCluster) return redis.mgetBuffer(...keys);
  return Promise.all(keys.map((key) => redis.getBuffer(key)));
}

async function writeAll(redis: Redis | Cluster, items: readonly SetWords[]): Promise<void> {
  if (redis.isCluster) {
    await Promise.all(items.map((words) => redis.set(...words)));
    return;
  }
  const pipeline = redis.pipeline();
  for (const words of items) pipeline.set(...words);
  const [failed] = ((await pipeline.exec()) ?? []).flatMap(([error]) => error ?? []);
  if (failed !== undefined) throw failed;
}

/** Whole milliseconds; Redis refuses none. */
function expiryOf(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs));
}

function sha1(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : hash('sha1', bytes);
}
