/** Loads rows of one kind by their keys: those that nobody has ready by one call, and each for one asker at a time. */
import { dependenciesOf, type CachedEntity, type StoredEntity } from './cached-entity.js';
import type { EntityCache } from './entity-cache.js';
import { divideReads, ReadPatterns } from './entity-reads.js';
import { Flights } from './flights.js';
import { endless } from './freshness.js';
import type { InvalidationLog } from './invalidation-log.js';
import { RowPacking, type RowClass } from './packed-row.js';
import { currentReads, recordReads, ReadsRecorder } from './reads-recorder.js';

export interface EntityKind<T> {
  /** Another one for each kind. */
  readonly name: string;
  /** The column by whose values `load` finds what belongs to a key, e.g. `products.id`. */
  readonly by: string;
  /**
   * Rows of other tables that a value shows, where `load` looks them up for the whole batch: by their column, such as
   * `image_assets.hash`, its values in one key's value. None of them may be left out.
   */
  readonly shows?: Readonly<Record<string, (value: T) => readonly string[]>>;
  /** The classes of the rows; plain objects need none. */
  readonly classes?: readonly RowClass[];
  /**
   * Finds the values of many keys, without those that have none. A key's value must be what it would be were the key alone,
   * and `load` itself may know nothing of who asks but what it reads of a watched asker.
   */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, T>>;
}

export interface EntityLoaderParts {
  readonly log: InvalidationLog;
  readonly cache: EntityCache;
  /** Invalidation is exact: this only bounds what nobody asks for any more. */
  readonly maxAgeMs: number;
  /** Told once of each kind whose rows cannot be kept, and why. */
  readonly onUnkept: (name: string, reason: string) => void;
}

type Settle = (entity: CachedEntity | undefined) => void;

/** Keys of one batch after which what it reads is no longer told one by one. */
const mostTold = 200;

/** The recorders of what is being loaded. */
const loading = new WeakSet<ReadsRecorder>();

export class EntityLoader<T> {
  readonly #flights = new Flights<CachedEntity>();
  readonly #patterns = new ReadPatterns();
  readonly #packing: RowPacking;
  #isUnkeptTold = false;

  constructor(
    private readonly kind: EntityKind<T>,
    private readonly parts: EntityLoaderParts,
  ) {
    this.#packing = new RowPacking(kind.classes ?? []);
  }

  /** The values of those keys that have one. They belong to the caller, who may change them. */
  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, T>> {
    const outer = this.#usableIn();
    const asked = [...new Set(keys)];
    if (outer === undefined) return this.kind.load(asked);
    const call = new Call<T>(outer, (entity) => this.#packing.unpack(entity.row) as T | undefined);
    const missing = call.take(asked, (key) => this.parts.cache.findInMemory(this.#idOf(key)));
    if (missing.length === 0) return call.values;
    const { led, joined } = this.#board(missing);
    if (led.size > 0) await this.#lead(call, led);
    const overtaken = await this.#join(call, joined);
    if (overtaken.length > 0) await this.#load(call, overtaken);
    return call.values;
  }

  /** The recorder of the work around the call, if what is loaded for it may be shared and noted. */
  #usableIn(): ReadsRecorder | undefined {
    const outer = currentReads();
    if (outer === undefined || outer.passesCaches || !this.parts.log.isCurrent()) return undefined;
    // Two batches that need a row of each other's would wait for one another.
    for (let at: ReadsRecorder | undefined = outer; at !== undefined; at = at.outer)
      if (loading.has(at)) return undefined;
    return outer;
  }

  #board(keys: readonly string[]) {
    const led = new Map<string, Settle>();
    const joined = new Map<string, Promise<CachedEntity | undefined>>();
    for (const key of keys) {
      const boarding = this.#flights.board(key);
      if (boarding.role === 'leader') led.set(key, boarding.settle);
      else joined.set(key, boarding.outcome);
    }
    return { led, joined };
  }

  async #lead(call: Call<T>, led: Map<string, Settle>): Promise<void> {
    const settle = (key: string, entity: CachedEntity | undefined): void => {
      led.get(key)?.(entity);
      led.delete(key);
    };
    try {
      const keys = [...led.keys()];
      const shared = await this.#findShared(keys);
      const missing = call.take(keys, (key) => shared.get(key));
      for (const [key, entity] of shared) settle(key, entity);
      if (missing.length === 0) return;
      const kept = await this.#load(call, missing);
      for (const key of missing) settle(key, kept.get(this.#idOf(key)));
    } finally {
      for (const key of led.keys()) settle(key, undefined);
    }
  }

  async #findShared(keys: readonly string[]): Promise<Map<string, CachedEntity>> {
    const { cache, log } = this.parts;
    const ids = keys.map((key) => this.#idOf(key));
    const found = await cache.findShared(ids, this.#patterns);
    const usable = new Map<string, CachedEntity>();
    if (!log.isCurrent()) return usable;
    for (const [at, key] of keys.entries()) {
      const entity = found[at];
      if (entity !== undefined) usable.set(key, entity);
    }
    return usable;
  }

  /** Each is taken as it is on the day: a write that came after its reads has overtaken it. @returns those that are of no use */
  async #join(
    call: Call<T>,
    joined: ReadonlyMap<string, Promise<CachedEntity | undefined>>,
  ): Promise<string[]> {
    const keys = [...joined.keys()];
    const outcomes = new Map<string, CachedEntity | undefined>();
    for (const [key, outcome] of joined) outcomes.set(key, await outcome);
    const { cache, log } = this.parts;
    return call.take(keys, (key) => {
      const entity = outcomes.get(key);
      return entity !== undefined && log.isCurrent() && cache.isUsable(entity) ? entity : undefined;
    });
  }

  /** @returns what others may have of it, by id */
  async #load(call: Call<T>, keys: readonly string[]): Promise<ReadonlyMap<string, CachedEntity>> {
    const { cache } = this.parts;
    const recorder = call.outer.part(cache.reached);
    loading.add(recorder);
    const values = await recordReads(recorder, async () => this.kind.load(keys));
    // What is the request's alone may have flown into whatever `load` looks at, once somebody has looked at it.
    const isShareable = call.outer.scope !== 'unshared';
    const kept = cache.keep(isShareable ? this.#entitiesOf(keys, values, recorder) : new Map());
    // Taken apart by now: who is given them may change them.
    for (const key of keys) call.give(key, values.get(key));
    return kept;
  }

  #entitiesOf(
    keys: readonly string[],
    values: ReadonlyMap<string, T>,
    { bornAt, obstacle, scope, dependencies, window }: ReadsRecorder,
  ): Map<string, StoredEntity> {
    const entities = new Map<string, StoredEntity>();
    // Rows by their keys are everybody's or nobody's: what depends on who asks, on what is no row, or ages is loaded each time.
    if (obstacle !== undefined || scope !== 'public' || dependencies.tags.length > 0 || window !== endless)
      return entities;
    const own = new Map(keys.map((key) => [key, this.#ownValues(key, values.get(key))]));
    const divided = divideReads(dependencies.reads, { keyColumn: this.kind.by, own }, this.#patterns);
    if (divided.size < keys.length && keys.length <= mostTold)
      this.#tellUnkept('what is read for one key cannot be told from what is read for the others');
    const { cache, maxAgeMs } = this.parts;
    const keptUntilMs = cache.nowMs + maxAgeMs;
    for (const [key, reads] of divided) {
      const row = this.#packing.pack(values.get(key));
      if (row === undefined) this.#tellUnkept('a row cannot be written down exactly');
      else entities.set(this.#idOf(key), { row, reads, bornAt, keptUntilMs });
    }
    return entities;
  }

  #ownValues(key: string, value: T | undefined): Map<string, readonly string[]> {
    const own = new Map<string, readonly string[]>([[this.kind.by, [key]]]);
    for (const [column, shown] of Object.entries(this.kind.shows ?? {}))
      own.set(column, value === undefined ? [] : shown(value));
    return own;
  }

  #tellUnkept(reason: string): void {
    if (this.#isUnkeptTold) return;
    this.#isUnkeptTold = true;
    this.parts.onUnkept(this.kind.name, reason);
  }

  #idOf(key: string): string {
    return `entity ${this.kind.name} ${key}`;
  }
}

/** What one asker has been given so far. */
class Call<T> {
  readonly values = new Map<string, T>();

  constructor(
    readonly outer: ReadsRecorder,
    private readonly valueOf: (entity: CachedEntity) => T | undefined,
  ) {}

  give(key: string, value: T | undefined): void {
    if (value !== undefined) this.values.set(key, value);
  }

  /** Notes what comes with those that are found, and makes copies of the caller's own. @returns the other keys */
  take(keys: readonly string[], find: (key: string) => CachedEntity | undefined): string[] {
    const found: CachedEntity[] = [];
    const missing: string[] = [];
    for (const key of keys) {
      const entity = find(key);
      if (entity === undefined) {
        missing.push(key);
        continue;
      }
      found.push(entity);
      this.give(key, this.valueOf(entity));
    }
    // A row is as true as on the day it was read: how long it has been kept is no concern of what includes it.
    if (found.length > 0)
      this.outer.include({ dependencies: dependenciesOf(found), scope: 'public', window: endless });
    return missing;
  }
}
