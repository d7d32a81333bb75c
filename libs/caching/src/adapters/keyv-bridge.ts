/**
 * Keyv's store over Redis: never hangs, never throws, and after `clear` nothing that was there before is served, by any node.
 *
 * Clearing gives the namespace a new generation (core/generation.ts), which lies in Redis under one key. Every read asks for it
 * in the same round trip as for the value, so there is no node that has "not heard yet". Cleared values are not looked for;
 * they leave when their time is up, which is why every value has one.
 *
 * A removal or a write that Redis did not confirm is owed (core/store-guard.ts): this node believes nothing it reads until it
 * has made up for it. Other nodes may serve the old value meanwhile, and a process that dies takes its debts along.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Clock } from '@app/platform/contract';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import type { Cluster, Redis } from 'ioredis';
import type { KeyvStoreAdapter, StoredData } from 'keyv';
import { CacheValueNotSerialised } from '../core/cache-store-failed.js';
import type { CircuitBreaker } from '../core/circuit-breaker.js';
import type { Deadline } from '../core/deadline.js';
import {
  frameValue,
  generationSizeBytes,
  isGeneration,
  unframeValue,
  type Generation,
} from '../core/generation.js';
import type { Removals } from '../core/owed-removals.js';
import { StoreGuard } from '../core/store-guard.js';

/**
 * What of `cache-manager-ioredis-yet` is used: `get`, `set` and `del` of one key. The rest stays behind this type on purpose:
 * `reset` is FLUSHDB and would take the jobs and the event stream along; `keys` is KEYS, stops Redis while it looks and sees one
 * node of a cluster; `mget`, `mset` and `mdel` name many keys in one command, which a cluster refuses (CROSSSLOT). `get` and `set`
 * pass values through telejson, which revives strings such as `_function_f|()=>1` or `_date_x` as something else; a framed
 * value begins with its generation and is left alone. (The package's own types extend names that cache-manager 7 lacks.)
 */
interface IoredisYetStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  del(key: string): Promise<void>;
}

interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  readonly ttl?: number | undefined;
}

export interface KeyvBridgeOptions {
  /** Stands before every key in Redis, so that a cache shares it with others. */
  readonly keyPrefix: string;
  /** Milliseconds after which an operation counts as failed. @default 250 */
  readonly commandTimeoutMs?: number;
}

/** A week. Keyv's "no time to live" cannot mean for ever in a Redis that evicts nothing: cleared values would never leave. */
export const longestTtlMs = 604_800_000;
/** Keys of one batch that share a deadline: a long list is many operations, not a slow one. */
const batchSize = 500;
const loneSurrogate = /\p{Surrogate}/u;

/** An answer that says no is an answer: only silence and a broken connection tell that Redis is away. */
function isOutage(error: unknown): boolean {
  return !(
    error instanceof CacheValueNotSerialised ||
    (error instanceof Error && ['ReplyError', 'SyntaxError'].includes(error.name))
  );
}

export class KeyvBridge extends EventEmitter implements Omit<KeyvStoreAdapter, 'setMany'> {
  /** Keyv looks for a dialect here. There is none and no `iterator`: listing keys would take SCAN on each node, or an index that every write pays for. */
  readonly opts: Readonly<Record<string, unknown>> = {};
  /** Set by Keyv. */
  namespace: string | undefined = undefined;
  readonly #store: IoredisYetStore;
  readonly #guard: StoreGuard;
  /** As last seen. Only a guess that saves `set` a round trip; it is never believed without asking. */
  #guess: Generation | undefined;

  /** @param connection own to this bridge: `disconnect` closes it */
  constructor(
    private readonly connection: Redis | Cluster,
    breaker: CircuitBreaker,
    clock: Clock,
    private readonly options: KeyvBridgeOptions,
  ) {
    super();
    this.#store = redisInsStore(connection) as unknown as IoredisYetStore;
    const guarded = {
      remove: (removals: Removals) => this.#remove(removals),
      isOutage,
      // An emitter without listeners throws on `error`.
      onFailure: (failure: Error) => this.listenerCount('error') > 0 && this.emit('error', failure),
    };
    this.#guard = new StoreGuard(guarded, breaker, clock, options.commandTimeoutMs ?? 250);
  }

  async get<Value>(key: string): Promise<StoredData<Value> | undefined> {
    const [value] = await this.getMany<Value>([key]);
    return value;
  }

  async getMany<Value>(keys: string[]): Promise<StoredData<Value>[]> {
    return this.#inBatches(keys, async (batch) => {
      const nothing = batch.map(() => undefined);
      const read = () => this.#read(batch.map((key) => this.#valueKey(key)));
      return (await this.#guard.attempt('get', nothing, read)) as StoredData<Value>[];
    });
  }

  async has(key: string): Promise<boolean> {
    return this.#guard.attempt('has', false, () => this.#isThere(this.#valueKey(key)));
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.has(key)));
  }

  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    const [isSet = false] = await this.setMany([{ key, value, ttl }]);
    return isSet;
  }

  async setMany(entries: readonly KeyvEntry[]): Promise<boolean[]> {
    return this.#inBatches(entries, async (batch) => {
      const owe = () => this.#oweKeys(batch.map(({ key }) => key));
      const write = async (deadline: Deadline) => {
        await this.#write(batch, deadline);
        return true;
      };
      const areSet = await this.#guard.attempt('set', false, write, owe);
      return batch.map(() => areSet);
    });
  }

  /** True when it was there. */
  async delete(key: string): Promise<boolean> {
    const remove = async () => {
      const valueKey = this.#valueKey(key);
      // Commands on one key keep their order: it is looked at, then removed.
      const [wasThere] = await Promise.all([this.#isThere(valueKey), this.#store.del(valueKey)]);
      return wasThere;
    };
    return this.#guard.attempt('delete', false, remove, () => this.#oweKeys([key]));
  }

  /** True when all were there. */
  async deleteMany(keys: string[]): Promise<boolean> {
    const wereThere = await this.#inBatches(keys, (batch) =>
      Promise.all(batch.map((key) => this.delete(key))),
    );
    return wereThere.every(Boolean);
  }

  /** Costs one write, whatever is in it. */
  async clear(): Promise<void> {
    const scope = this.#generationKey;
    await this.#guard.attempt(
      'clear',
      undefined,
      () => this.#renew(scope),
      () => this.#guard.owed.oweScope(scope),
    );
  }

  async disconnect(): Promise<void> {
    this.connection.disconnect();
  }

  get #generationKey(): string {
    return `${this.options.keyPrefix}:generation:${this.namespace ?? ''}`;
  }

  /** Redis stores UTF-8, in which all lone surrogates are the same character: such keys would be one. */
  #valueKey(key: string): string {
    const { keyPrefix } = this.options;
    const name = `${this.namespace ?? ''}:${key}`;
    return loneSurrogate.test(name)
      ? `${keyPrefix}:value-escaped:${JSON.stringify(name)}`
      : `${keyPrefix}:value:${name}`;
  }

  #oweKeys(keys: readonly string[]): void {
    this.#guard.owed.oweKeys(
      this.#generationKey,
      keys.map((key) => this.#valueKey(key)),
    );
  }

  async #inBatches<Item, Result>(
    items: readonly Item[],
    run: (batch: Item[]) => Promise<Result[]>,
  ): Promise<Result[]> {
    if (items.length <= batchSize) return run([...items]);
    const results: Result[] = [];
    for (let at = 0; at < items.length; at += batchSize)
      results.push(...(await run(items.slice(at, at + batchSize))));
    return results;
  }

  async #read(valueKeys: readonly string[]): Promise<(string | undefined)[]> {
    const [generation, ...values] = await Promise.all([
      this.#readGeneration(),
      ...valueKeys.map((key) => this.#store.get(key)),
    ]);
    return values.map((value) => unframeValue(generation, value));
  }

  /** Reads the generation only: a large value would be carried here to say "yes". What the package stores is a JSON string. */
  async #isThere(valueKey: string): Promise<boolean> {
    const lastIndex = generationSizeBytes * 2;
    const [generation, head] = await Promise.all([
      this.#readGeneration(),
      this.connection.getrange(valueKey, 0, lastIndex),
    ]);
    return generation !== undefined && head === `"${generation}`;
  }

  async #write(entries: readonly KeyvEntry[], deadline: Deadline): Promise<void> {
    const guess = this.#guess;
    if (guess !== undefined) {
      const [generation] = await Promise.all([this.#readGeneration(), this.#writeIn(guess, entries)]);
      if (generation === guess) return;
      deadline.check();
    }
    // If this one is outdated when the value arrives, the cache was cleared during this very call: the value was set first.
    const generation = (await this.#readGeneration()) ?? (await this.#createGeneration());
    deadline.check();
    await this.#writeIn(generation, entries);
  }

  async #writeIn(generation: Generation, entries: readonly KeyvEntry[]): Promise<void> {
    await Promise.all(
      entries.map(async ({ key, value, ttl }) => {
        if (typeof value !== 'string') throw new CacheValueNotSerialised(key);
        const valueKey = this.#valueKey(key);
        if (ttl !== undefined && ttl < 0) return this.#store.del(valueKey);
        // Keyv's 0 is "no time to live"; Redis takes whole milliseconds.
        const ttlMs = Math.min(Math.ceil(ttl ?? 0) || longestTtlMs, longestTtlMs);
        return this.#store.set(valueKey, frameValue(generation, value), ttlMs);
      }),
    );
  }

  async #readGeneration(): Promise<Generation | undefined> {
    const generation = await this.#store.get(this.#generationKey);
    this.#guess = isGeneration(generation) ? generation : undefined;
    return this.#guess;
  }

  /** When two nodes begin at the same time the first one names it. */
  async #createGeneration(): Promise<Generation> {
    await this.connection.set(this.#generationKey, JSON.stringify(this.#newGeneration()), 'NX');
    const generation = await this.#readGeneration();
    if (generation === undefined) throw new SyntaxError(`${this.#generationKey} holds something else`);
    return generation;
  }

  async #remove({ scopes, keys }: Removals): Promise<void> {
    await Promise.all([
      ...scopes.map((generationKey) => this.#renew(generationKey)),
      ...keys.map((valueKey) => this.#store.del(valueKey)),
    ]);
  }

  async #renew(generationKey: string): Promise<void> {
    await this.#store.set(generationKey, this.#newGeneration());
  }

  #newGeneration(): Generation {
    return randomBytes(generationSizeBytes).toString('hex');
  }
}
