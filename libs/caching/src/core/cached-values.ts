/**
 * Makes a value once and gives it to everybody who may have it until something that its making has read changes.
 *
 * It stands below whole answers, with the same fence and the same scopes. What the making reads is noted of the value and of
 * whatever is being made around it; a hit notes the same.
 */
import { exactCodec, type ValueCodec } from './exact-value.js';
import { Flights } from './flights.js';
import type { InvalidationLog } from './invalidation-log.js';
import { currentReads, recordReads, ReadsRecorder } from './reads-recorder.js';
import { RecentMap } from './recent-map.js';
import { scopeKeyFor, type ScopeLevel } from './scope.js';
import type { Lease } from './shared-store.js';
import type { TtlStrategy } from './ttl-strategy.js';
import type { FoundValue, ValueCache, ValueQuestion } from './value-cache.js';

export interface ValueOptions<T> {
  /** How it ages; until something changes, at most the cache's default time, if unset. */
  readonly ttl?: TtlStrategy;
  /** What it depends on beside the rows that its making reads. */
  readonly tags?: readonly string[] | ((value: T) => readonly string[]);
  /** The widest group that may share it; its making can only narrow that. */
  readonly scope?: Exclude<ScopeLevel, 'unshared'>;
  /**
   * True where `make` can use nothing that was found out about the asker before it, except what is in the key. Otherwise
   * the value is shared no further than what is known already around it: it may have flown in.
   */
  readonly isSelfContained?: boolean;
  /** How it is written down; exactly, if unset. */
  readonly codec?: ValueCodec<T>;
}

export interface CachedValuesParts {
  readonly log: InvalidationLog;
  readonly cache: ValueCache;
  readonly nowMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly defaultTtl: TtlStrategy;
  /** Told once of each name under which values are made that cannot be kept exactly. */
  readonly onInexact: (name: string) => void;
}

/** Flights that a follower joins before it stops relying on others: each may be overtaken by a write. */
const mostFlights = 3;
/** Milliseconds that another node's work is waited for. */
const longestLeaseWaitMs = 500;
/** Milliseconds for which a key whose value could not be shared is worked on by everybody at once. */
const unshareableMs = 5_000;
const mostNotes = 10_000;
/** Stale values that are refreshed behind their readers' backs at one time. */
const mostRefreshes = 16;

/** One call, with everything filled in. */
interface Call<T> extends ValueQuestion {
  readonly outer: ReadsRecorder;
  readonly options: ValueOptions<T>;
  readonly codec: ValueCodec<T>;
  readonly make: () => T | Promise<T>;
}

export class CachedValues {
  readonly #flights = new Flights<FoundValue>();
  readonly #unshareableUntilMs = new RecentMap<number>(mostNotes);
  readonly #told = new RecentMap<true>(mostNotes);
  #refreshes = 0;

  constructor(private readonly parts: CachedValuesParts) {}

  /**
   * The recorder of the work around the call if values may be used in it. Without one nobody would note that `make` looks at
   * the asker, and unknown means not shared; past caches goes what must see the database itself.
   */
  usableIn(): ReadsRecorder | undefined {
    const outer = currentReads();
    if (outer === undefined || outer.passesCaches) return undefined;
    if (this.parts.log.isCurrent()) return outer;
    outer.refuse('unsynced'); // how the value ages and what it was declared to depend on is noted nowhere now
    return undefined;
  }

  /**
   * @param key names what is made, beginning with a name for people and a space. All that `make` depends on must be in it,
   * except rows of tracked tables and what a watched asker is read for: these are noticed.
   */
  async getOrMake<T>(key: string, options: ValueOptions<T>, make: () => T | Promise<T>): Promise<T> {
    const outer = this.usableIn();
    if (outer === undefined) return make();
    const call: Call<T> = {
      key,
      asker: outer.asker,
      ttl: options.ttl ?? this.parts.defaultTtl,
      outer,
      options,
      codec: options.codec ?? (exactCodec as ValueCodec<T>),
      make,
    };
    const found = this.parts.cache.findInMemory(call);
    if (found?.state === 'fresh') return this.#use(call, found);
    if (found?.state === 'stale-revalidate') {
      this.#refresh(call);
      return this.#use(call, found);
    }
    if (found === undefined) return this.#board(call);
    return this.#board(call).catch((error: unknown) => this.#useDespite(call, error));
  }

  /** Notes what comes with it, and makes a copy of the caller's own. */
  #use<T>({ outer, codec }: Call<T>, { value, freshUntilMs }: FoundValue): T {
    outer.include({ dependencies: value.dependencies, scope: value.scope, freshUntilMs });
    return codec.decode(value.encoded);
  }

  /** It may have been overtaken by a write while its successor failed. */
  #useDespite<T>(call: Call<T>, error: unknown): T {
    const found = this.parts.log.isCurrent() ? this.parts.cache.findInMemory(call) : undefined;
    if (found === undefined) throw error;
    return this.#use(call, found);
  }

  async #board<T>(call: Call<T>): Promise<T> {
    const flightKey = flightKeyOf(call);
    if (this.#isUnshareable(flightKey) || isInside(flightKey, call.outer))
      return this.#make(call, call.outer);
    for (let flight = 0; flight < mostFlights; flight += 1) {
      const boarding = this.#flights.board(flightKey);
      if (boarding.role === 'leader') return this.#lead(call, boarding.settle);
      const found = await boarding.outcome;
      // Taken as it is on the day: a write that came after its reads has overtaken it.
      if (found !== undefined && this.#isTrue(found)) return this.#use(call, found);
      if (this.#isUnshareable(flightKey)) break;
    }
    return this.#make(call, call.outer);
  }

  async #lead<T>(call: Call<T>, settle: (found: FoundValue | undefined) => void): Promise<T> {
    let outcome: FoundValue | undefined;
    let lease: Lease | undefined;
    try {
      const shared = await this.#findShared(call);
      if (shared.kind === 'hit' && shared.found.state === 'fresh' && this.#isTrue(shared.found)) {
        outcome = shared.found;
        return this.#use(call, shared.found);
      }
      lease = shared.kind === 'ours' ? shared.lease : undefined;
      const onKept = (kept: FoundValue): void => void (outcome = kept);
      return await this.#make(call, call.outer, { lease, onKept });
    } finally {
      settle(outcome);
      if (outcome === undefined && lease !== undefined) void this.parts.cache.giveUp(call.key, lease);
    }
  }

  /** Waits for another node's work where one has the lease. */
  async #findShared<T>(call: Call<T>): ReturnType<ValueCache['findShared']> {
    const { cache, nowMs, pause, random } = this.parts;
    const deadlineMs = nowMs() + longestLeaseWaitMs;
    for (;;) {
      const shared = await cache.findShared(call, call.codec, leaseNameOf(call));
      if (shared.kind !== 'another node' || nowMs() >= deadlineMs) return shared;
      await pause(5 + random() * 20);
    }
  }

  /** @param outer is absent for a value that is made ahead of its next reader. */
  async #make<T>(
    call: Call<T>,
    outer: ReadsRecorder | undefined,
    { lease, onKept }: { lease?: Lease | undefined; onKept?: (kept: FoundValue) => void } = {},
  ): Promise<T> {
    const { options, make, asker } = call;
    const { reached } = this.parts.cache;
    const recorder = outer?.part(reached) ?? new ReadsRecorder(reached, { asker });
    making.set(recorder, flightKeyOf(call));
    if (options.scope !== undefined) recorder.narrow(options.scope);
    if (options.isSelfContained !== true) recorder.narrow(call.outer.scope);
    const value = await recordReads(recorder, async () => make());
    const { tags = [] } = options;
    recorder.dependOn(typeof tags === 'function' ? tags(value) : tags);
    const kept = this.#keep(call, value, recorder);
    outer?.expireAt(kept?.found.freshUntilMs ?? this.parts.cache.leastFreshUntilMs(value, call.ttl));
    if (kept === undefined) return value;
    onKept?.(kept.found);
    void this.parts.cache.share(call, kept.scopeKey, kept.found.value, lease);
    return value;
  }

  #keep<T>(call: Call<T>, value: T, recorder: ReadsRecorder) {
    const kept = this.parts.cache.keep(call, { value, codec: call.codec }, recorder);
    if (typeof kept === 'object') return kept;
    if (kept !== 'overtaken')
      this.#unshareableUntilMs.set(flightKeyOf(call), this.parts.nowMs() + unshareableMs);
    if (kept === 'inexact') this.#tellInexact(call.key);
    return undefined;
  }

  #refresh<T>(call: Call<T>): void {
    if (this.#refreshes >= mostRefreshes) return;
    const boarding = this.#flights.board(flightKeyOf(call));
    if (boarding.role === 'follower') return;
    this.#refreshes += 1;
    let outcome: FoundValue | undefined;
    const settle = (): void => {
      this.#refreshes -= 1;
      boarding.settle(outcome);
    };
    // A failure is told to nobody: the next reader tries again, and hears of it when the old value may no longer be used.
    void this.#make(call, undefined, { onKept: (kept) => void (outcome = kept) }).then(settle, settle);
  }

  #isTrue({ value }: FoundValue): boolean {
    return this.parts.log.isCurrent() && this.parts.cache.isTrue(value);
  }

  #isUnshareable(flightKey: string): boolean {
    return (this.#unshareableUntilMs.get(flightKey) ?? 0) > this.parts.nowMs();
  }

  #tellInexact(key: string): void {
    const [name = key] = key.split(' ', 1);
    if (this.#told.get(name) === true) return;
    this.#told.set(name, true);
    this.parts.onInexact(name);
  }
}

/** The flights whose values are being made, by their recorders. */
const making = new WeakMap<ReadsRecorder, string>();

/** Before it is made nobody knows how far a value may be shared: with those who are alike in everything it is safe. */
function flightKeyOf(question: ValueQuestion): string {
  return `${leaseNameOf(question)}\n${question.key}`;
}

function leaseNameOf({ asker }: ValueQuestion): string {
  return asker === undefined ? 'public' : (scopeKeyFor('user', asker)?.key ?? 'public');
}

/** A value that needs itself would wait for itself. */
function isInside(flightKey: string, recorder: ReadsRecorder | undefined): boolean {
  for (let at = recorder; at !== undefined; at = at.outer) if (making.get(at) === flightKey) return true;
  return false;
}
