/**
 * Makes a value once and gives it to everybody who may have it until something that its making has read changes.
 *
 * It stands below whole answers, with the same fence and the same scopes. What the making reads is noted of the value and of
 * whatever is being made around it; a hit notes the same.
 */
import { Deadline } from './deadline.js';
import { isDue } from './early-refresh.js';
import { exactCodec, type ValueCodec } from './exact-value.js';
import { Flights } from './flights.js';
import { softTimeoutMs } from './freshness.js';
import type { InvalidationLog } from './invalidation-log.js';
import { currentReads, recordReads, ReadsRecorder } from './reads-recorder.js';
import { RecentMap } from './recent-map.js';
import { scopeKeyFor, type ScopeLevel } from './scope.js';
import { awaitShared } from './shared-lookup.js';
import type { Lease } from './shared-store.js';
import type { TtlStrategy } from './ttl-strategy.js';
import type { FoundValue, MadeValue, ValueCache, ValueQuestion } from './value-cache.js';

export interface ValueOptions<T> {
  /** How it ages, of several the strictest; until something changes, at most the cache's default time, if unset. */
  readonly ttl?: TtlStrategy | readonly TtlStrategy[];
  /** What it depends on beside the rows that its making reads. */
  readonly tags?: readonly string[] | ((value: T) => readonly string[]);
  /** The widest group that may share it; its making can only narrow that. */
  readonly scope?: Exclude<ScopeLevel, 'unshared'>;
  /**
   * True where `make` can use nothing that was found out about the asker before it, except what is in the key. Otherwise
   * the value is shared no further than what is known already around it: it may have flown in.
   */
  readonly isSelfContained?: boolean;
  /** All that can have flown in, where that is less than what the work around it knows of the asker by now. */
  readonly knownBefore?: ScopeLevel;
  /**
   * False where `make` must not run after its caller has gone, because it uses what belongs to the request: an aged value is
   * then made anew by whoever asks for it.
   */
  readonly mayOutliveCaller?: boolean;
  /** Milliseconds after which the caller is told that it failed; the making goes on for those who come later. */
  readonly timeoutMs?: number;
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
  readonly mayOutliveCaller: boolean;
  readonly options: ValueOptions<T>;
  readonly codec: ValueCodec<T>;
  readonly make: () => T | Promise<T>;
}

interface MakingOfValue {
  readonly lease?: Lease | undefined;
  /** The value that it is to replace. */
  readonly insteadOf?: FoundValue;
  readonly onKept?: (kept: FoundValue) => void;
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
   * @throws DeadlinePassed after `timeoutMs`
   */
  async getOrMake<T>(key: string, options: ValueOptions<T>, make: () => T | Promise<T>): Promise<T> {
    const outer = this.usableIn();
    if (outer === undefined) return make();
    const call: Call<T> = {
      key,
      asker: outer.asker,
      aging: [options.ttl ?? this.parts.defaultTtl].flat(),
      outer,
      mayOutliveCaller: options.mayOutliveCaller ?? true,
      options,
      codec: options.codec ?? (exactCodec as ValueCodec<T>),
      make,
    };
    const found = this.parts.cache.findInMemory(call);
    if (found !== undefined && this.#isUsedAsItIs(call, found)) return this.#use(call, found);
    const made = found === undefined ? this.#board(call) : this.#boardOrUse(call);
    return options.timeoutMs === undefined ? made : new Deadline(options.timeoutMs).bound(made);
  }

  /** True for what is fresh enough for the work around it, or is made anew behind its reader's back. */
  #isUsedAsItIs<T>(call: Call<T>, found: FoundValue): boolean {
    if (found.state === 'fresh') {
      if (found.window.freshUntilMs <= call.outer.renewsUntilMs) return false;
      if (call.mayOutliveCaller && this.#isDueEarly(call, found)) this.#refresh(call, found);
      return true;
    }
    if (found.state !== 'stale-revalidate' || !call.mayOutliveCaller) return false;
    this.#refresh(call, found);
    return true;
  }

  #isDueEarly<T>(
    { aging }: Call<T>,
    { value: { computeMs }, window: { freshUntilMs } }: FoundValue,
  ): boolean {
    const { nowMs, random } = this.parts;
    const isSliding = aging.some(({ kind }) => kind === 'sliding');
    return isDue({ freshUntilMs, computeMs, isSliding }, nowMs(), random);
  }

  /** Notes what comes with it, and makes a copy of the caller's own. */
  #use<T>({ outer, codec }: Call<T>, { value, window }: FoundValue): T {
    outer.include({ dependencies: value.dependencies, scope: value.scope, window });
    return codec.decode(value.encoded);
  }

  /** There is an aged value, which does if its successor cannot be made, or not soon. */
  async #boardOrUse<T>(call: Call<T>): Promise<T> {
    const made = this.#board(call);
    made.catch(() => undefined); // whether or not somebody still waits for it
    const late = Symbol('late');
    try {
      const first = await Promise.race([made, this.parts.pause(softTimeoutMs).then(() => late)]);
      if (first !== late) return first as T;
    } catch (error) {
      const found = this.#findAged(call);
      if (found === undefined) throw error;
      return this.#use(call, found);
    }
    const found = this.#findAged(call);
    return found === undefined ? made : this.#use(call, found);
  }

  /** It may have been overtaken by a write while its successor was made. */
  #findAged<T>(call: Call<T>): FoundValue | undefined {
    return this.parts.log.isCurrent() ? this.parts.cache.findInMemory(call) : undefined;
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
      if (shared.kind === 'hit' && this.#isUsable(call, shared.found)) {
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
  #findShared<T>(call: Call<T>): ReturnType<ValueCache['findShared']> {
    const look = () => this.parts.cache.findShared(call, call.codec, leaseNameOf(call));
    return awaitShared(look, { ...this.parts, longestWaitMs: longestLeaseWaitMs });
  }

  /** @param outer is absent for a value that is made ahead of its next reader. */
  async #make<T>(
    call: Call<T>,
    outer: ReadsRecorder | undefined,
    { lease, insteadOf, onKept }: MakingOfValue = {},
  ): Promise<T> {
    const { options, make, asker } = call;
    const { reached } = this.parts.cache;
    const renewsUntilMs = insteadOf?.window.freshUntilMs;
    const recorder = outer?.part(reached) ?? new ReadsRecorder(reached, { asker, renewsUntilMs });
    const startedAtMs = this.parts.nowMs();
    making.set(recorder, flightKeyOf(call));
    if (options.scope !== undefined) recorder.narrow(options.scope);
    if (options.isSelfContained !== true) recorder.narrow(options.knownBefore ?? call.outer.scope);
    const value = await recordReads(recorder, async () => make());
    const { tags = [] } = options;
    recorder.dependOn(typeof tags === 'function' ? tags(value) : tags);
    const { codec, aging } = call;
    const kept = this.#keep(call, { value, codec, computeMs: this.parts.nowMs() - startedAtMs }, recorder);
    outer?.limitTo(kept?.found.window ?? this.parts.cache.leastWindow(value, aging));
    if (kept === undefined) return value;
    onKept?.(kept.found);
    void this.parts.cache.share(call, kept.scopeKey, kept.found.value, lease);
    return value;
  }

  #keep<T>(call: Call<T>, made: MadeValue<T>, recorder: ReadsRecorder) {
    const kept = this.parts.cache.keep(call, made, recorder);
    if (typeof kept === 'object') return kept;
    if (kept !== 'overtaken')
      this.#unshareableUntilMs.set(flightKeyOf(call), this.parts.nowMs() + unshareableMs);
    if (kept === 'inexact') this.#tellInexact(call.key);
    return undefined;
  }

  #refresh<T>(call: Call<T>, insteadOf: FoundValue): void {
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
    const onKept = (kept: FoundValue): void => void (outcome = kept);
    void this.#make(call, undefined, { insteadOf, onKept }).then(settle, settle);
  }

  #isUsable<T>({ outer }: Call<T>, found: FoundValue): boolean {
    return found.state === 'fresh' && found.window.freshUntilMs > outer.renewsUntilMs && this.#isTrue(found);
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
