/** Keeps values in memory and in the shared store, and gives out none that a write has overtaken. */
import type { ByteBudgetStore } from './byte-budget-store.js';
import {
  decodeStored,
  encodeStored,
  valueBytes,
  windowOf,
  type CachedValue,
  type StoredValue,
} from './cached-value.js';
import { withChange, type ChangeIntervals } from './change-intervals.js';
import type { ValueCodec } from './exact-value.js';
import type { Fence } from './fence.js';
import { freshness, stateAt, type AnswerKind, type EntryState } from './freshness.js';
import type { Sequence } from './invalidation-log.js';
import type { ReadsRecorder } from './reads-recorder.js';
import { scopeKeyFor, scopeKeys, type ScopeKey, type ScopeValues } from './scope.js';
import type { Lease, SharedFind, SharedStore } from './shared-store.js';
import { unlessInvalidated } from './still-valid.js';
import type { TtlStrategy } from './ttl-strategy.js';

export interface ValueCacheParts {
  readonly fence: Fence;
  readonly memory: ByteBudgetStore<CachedValue>;
  readonly shared: SharedStore;
  readonly nowMs: () => number;
  readonly random: () => number;
}

export interface ValueQuestion {
  readonly key: string;
  readonly asker: ScopeValues | undefined;
  readonly ttl: TtlStrategy;
}

export interface FoundValue {
  readonly value: CachedValue;
  readonly state: Exclude<EntryState, 'expired'>;
  readonly freshUntilMs: number;
}

/** Something that is true, or who is to make it. */
export type SharedValue =
  { readonly kind: 'hit'; readonly found: FoundValue } | Exclude<SharedFind, { readonly kind: 'found' }>;

const everybody: ScopeKey = { level: 'public', key: 'public' };

export class ValueCache {
  constructor(private readonly parts: ValueCacheParts) {}

  /** What is read from now on was born here. */
  get reached(): Sequence {
    return this.parts.fence.reached;
  }

  isTrue(value: CachedValue): boolean {
    return this.parts.fence.isTrue(value);
  }

  findInMemory(question: ValueQuestion): FoundValue | undefined {
    for (const { key } of keysOf(question.asker)) {
      const value = this.parts.memory.get(storeKeyOf(question.key, key));
      const found = value === undefined ? undefined : this.#judge(value, question.ttl);
      if (found === undefined) continue;
      found.value.lastUsedAtMs = this.parts.nowMs();
      return found;
    }
    return undefined;
  }

  /** Looks at what other nodes have made; what it finds is in memory from now on. @param leaseName of the lease on what is not there */
  async findShared<T>(
    question: ValueQuestion,
    codec: ValueCodec<T>,
    leaseName: string,
  ): Promise<SharedValue> {
    const keys = keysOf(question.asker).map(({ key }) => key);
    const useless = new Map<string, Buffer>();
    for (let attempt = 0; attempt <= keys.length; attempt += 1) {
      const found = await this.parts.shared.find(sharedName(question.key), { keys, leaseName, useless });
      if (found.kind !== 'found') return found;
      const stored = decodeStored(found.bytes);
      const value =
        stored !== undefined && isReadable(stored, codec)
          ? this.#admit(question.key, found.key, stored, question.ttl)
          : undefined;
      if (value !== undefined) return { kind: 'hit', found: value };
      useless.set(found.key, found.bytes);
    }
    return { kind: 'nobody' };
  }

  /** Undefined when it may not be given to anybody else, a write has overtaken its making, or it is too large. */
  keep<T>(
    { key, asker, ttl }: ValueQuestion,
    { value, codec }: { readonly value: T; readonly codec: ValueCodec<T> },
    {
      bornAt,
      obstacle,
      scope,
      dependencies,
    }: Pick<ReadsRecorder, 'bornAt' | 'obstacle' | 'scope' | 'dependencies'>,
  ): { readonly found: FoundValue; readonly scopeKey: string } | 'unshareable' | 'inexact' | 'overtaken' {
    const scopeKey = scopeKeyOf(scope, asker);
    if (obstacle !== undefined || scopeKey === undefined) return 'unshareable';
    const encoded = codec.encode(value);
    if (encoded === undefined) return 'inexact';
    const { random, nowMs } = this.parts;
    const found = this.#admit(
      key,
      scopeKey.key,
      {
        encoded,
        kind: kindOf(value),
        scope: scopeKey.level,
        bornAt,
        dependencies,
        storedAtMs: nowMs(),
        random: random(),
        changes: this.#changesOf(key, scopeKey.key),
      },
      ttl,
    );
    return found === undefined ? 'overtaken' : { found, scopeKey: scopeKey.key };
  }

  /** Gives other nodes what this one keeps. */
  async share(question: ValueQuestion, scopeKey: string, value: StoredValue, lease?: Lease): Promise<void> {
    const { staleUntilMs, errorUntilMs } = windowOf(value as CachedValue, question.ttl);
    const ttlMs = Math.max(staleUntilMs, errorUntilMs) - this.parts.nowMs();
    await this.parts.shared.put(sharedName(question.key), scopeKey, encodeStored(value), ttlMs, lease);
  }

  /** For a value that is not kept: whatever it is included in must not be believed for longer than the value itself. */
  leastFreshUntilMs(value: unknown, ttl: TtlStrategy): number {
    const nowMs = this.parts.nowMs();
    const history = { storedAtMs: nowMs, lastUsedAtMs: nowMs, random: 0, answer: kindOf(value) };
    return freshness(ttl, history).freshUntilMs;
  }

  async giveUp(key: string, lease: Lease): Promise<void> {
    await this.parts.shared.release(sharedName(key), lease);
  }

  #judge(value: CachedValue, ttl: TtlStrategy): FoundValue | undefined {
    const validity = this.parts.fence.isTrue(value) ? 'valid' : 'invalidated';
    const window = unlessInvalidated(windowOf(value, ttl), validity);
    if (window === undefined) return undefined;
    const state = stateAt(window, this.parts.nowMs());
    return state === 'expired' ? undefined : { value, state, freshUntilMs: window.freshUntilMs };
  }

  #admit(key: string, scopeKey: string, stored: StoredValue, ttl: TtlStrategy): FoundValue | undefined {
    const cells = this.parts.fence.hold(stored.dependencies);
    const value: CachedValue = { ...stored, cells, lastUsedAtMs: stored.storedAtMs };
    const found = this.#judge(value, ttl);
    if (found !== undefined && this.parts.memory.set(storeKeyOf(key, scopeKey), value, valueBytes(value))) {
      return found;
    }
    this.parts.fence.release(cells);
    return undefined;
  }

  /** What an overtaken value leaves behind for the next one. */
  #changesOf(key: string, scopeKey: string): ChangeIntervals | undefined {
    const before = this.parts.memory.peek(storeKeyOf(key, scopeKey));
    if (before === undefined || this.parts.fence.isTrue(before)) return before?.changes;
    return withChange(before.changes, this.parts.nowMs());
  }
}

function keysOf(asker: ScopeValues | undefined): readonly ScopeKey[] {
  return asker === undefined ? [everybody] : scopeKeys(asker);
}

function scopeKeyOf(scope: ReadsRecorder['scope'], asker: ScopeValues | undefined): ScopeKey | undefined {
  if (asker !== undefined) return scopeKeyFor(scope, asker);
  return scope === 'public' ? everybody : undefined;
}

/** A node with a newer Node.js may have written it. */
function isReadable<T>({ encoded }: StoredValue, codec: ValueCodec<T>): boolean {
  try {
    codec.decode(encoded);
    return true;
  } catch {
    return false;
  }
}

function kindOf(value: unknown): AnswerKind {
  const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? 'empty' : 'value';
}

function storeKeyOf(key: string, scopeKey: string): string {
  return `${scopeKey}\n${key}`;
}

/** Answers and values lie in one store. */
function sharedName(key: string): string {
  return `value ${key}`;
}
