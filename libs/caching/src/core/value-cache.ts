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
import { kindOf, stateAt, windowOfAll, type EntryState, type FreshnessWindow } from './freshness.js';
import type { Sequence } from './invalidation-log.js';
import type { ReadsRecorder } from './reads-recorder.js';
import { scopeKeyFor, scopeKeys, type ScopeKey, type ScopeValues } from './scope.js';
import { lookUpShared, type SharedLookup } from './shared-lookup.js';
import type { Lease, SharedStore } from './shared-store.js';
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
  /** How it ages: the strictest of them counts. */
  readonly aging: readonly TtlStrategy[];
}

export interface FoundValue {
  readonly value: CachedValue;
  readonly state: Exclude<EntryState, 'expired'>;
  readonly window: FreshnessWindow;
}

/** What was made just now. */
export interface MadeValue<T> {
  readonly value: T;
  readonly codec: ValueCodec<T>;
  readonly computeMs: number;
}

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
      const found = value === undefined ? undefined : this.#judge(value, question.aging);
      if (found === undefined) continue;
      found.value.lastUsedAtMs = this.parts.nowMs();
      return found;
    }
    return undefined;
  }

  /** Looks at what other nodes have made; what it finds is in memory from now on. @param leaseName of the lease on what is not there */
  async findShared<T>(
    { key: name, asker, aging }: ValueQuestion,
    codec: ValueCodec<T>,
    leaseName: string,
  ): Promise<SharedLookup<FoundValue>> {
    const keys = keysOf(asker).map(({ key }) => key);
    return lookUpShared(this.parts.shared, sharedName(name), { keys, leaseName }, (key, bytes) => {
      const stored = decodeStored(bytes);
      if (stored === undefined || !isReadable(stored, codec)) return undefined;
      return this.#admit(name, key, stored, aging);
    });
  }

  /** Undefined when it may not be given to anybody else, a write has overtaken its making, or it is too large. */
  keep<T>(
    { key, asker, aging }: ValueQuestion,
    { value, codec, computeMs }: MadeValue<T>,
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
        computeMs,
      },
      aging,
    );
    return found === undefined ? 'overtaken' : { found, scopeKey: scopeKey.key };
  }

  /** Gives other nodes what this one keeps. */
  async share(question: ValueQuestion, scopeKey: string, value: CachedValue, lease?: Lease): Promise<void> {
    const { staleUntilMs, errorUntilMs } = windowOf(value, question.aging);
    const ttlMs = Math.max(staleUntilMs, errorUntilMs) - this.parts.nowMs();
    await this.parts.shared.put(sharedName(question.key), scopeKey, encodeStored(value), ttlMs, lease);
  }

  /** For a value that is not kept: whatever it is included in must not be believed for longer than the value itself. */
  leastWindow(value: unknown, aging: readonly TtlStrategy[]): FreshnessWindow {
    const nowMs = this.parts.nowMs();
    const history = { storedAtMs: nowMs, lastUsedAtMs: nowMs, random: 0, answer: kindOf(value) };
    return windowOfAll(aging, history);
  }

  async giveUp(key: string, lease: Lease): Promise<void> {
    await this.parts.shared.release(sharedName(key), lease);
  }

  #judge(value: CachedValue, aging: readonly TtlStrategy[]): FoundValue | undefined {
    const validity = this.parts.fence.isTrue(value) ? 'valid' : 'invalidated';
    const window = unlessInvalidated(windowOf(value, aging), validity);
    if (window === undefined) return undefined;
    const state = stateAt(window, this.parts.nowMs());
    return state === 'expired' ? undefined : { value, state, window };
  }

  #admit(
    key: string,
    scopeKey: string,
    stored: StoredValue,
    aging: readonly TtlStrategy[],
  ): FoundValue | undefined {
    const cells = this.parts.fence.hold(stored.dependencies);
    const value: CachedValue = { ...stored, cells, lastUsedAtMs: stored.storedAtMs };
    const found = this.#judge(value, aging);
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

function storeKeyOf(key: string, scopeKey: string): string {
  return `${scopeKey}\n${key}`;
}

/** Answers and values lie in one store. */
function sharedName(key: string): string {
  return `value ${key}`;
}
