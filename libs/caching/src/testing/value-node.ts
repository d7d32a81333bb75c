/** A node's cache of values and entities on a log in memory, with a clock that the test moves. */
import { MemoryInvalidationLog } from '../adapters/memory-invalidation-log.js';
import { ByteBudgetStore } from '../core/byte-budget-store.js';
import { CachedEntities } from '../core/cached-entities.js';
import type { CachedEntity } from '../core/cached-entity.js';
import type { CachedValue } from '../core/cached-value.js';
import { CachedValues } from '../core/cached-values.js';
import { EntityCache } from '../core/entity-cache.js';
import { Fence } from '../core/fence.js';
import { ReadsRecorder, currentReads, recordReads } from '../core/reads-recorder.js';
import type { RowRead } from '../core/row-read.js';
import type { ScopeValues } from '../core/scope.js';
import { noSharedStore, type SharedStore } from '../core/shared-store.js';
import { ValueCache } from '../core/value-cache.js';

export const anonymousAsker: ScopeValues = { role: 'anonymous' };

export function rowRead(table: string, id: string): RowRead {
  return { table, where: [{ column: 'id', values: [id] }], columns: undefined };
}

/** As a statement would: notes that this row was read. */
export function readRow(table: string, id: string): void {
  currentReads()?.read([rowRead(table, id)]);
}

export class ValueNode {
  nowMs = 1_000_000;
  random = 0.5;
  /** How waiting ends: at once, unless the test says otherwise. */
  pause = (): Promise<void> => Promise.resolve();
  readonly inexact: string[] = [];
  /** Kinds of entities that could not be kept. */
  readonly unkept: string[] = [];
  readonly fence = new Fence();
  readonly log = new MemoryInvalidationLog();
  readonly memory = new ByteBudgetStore<CachedValue>({
    budgetBytes: 1 << 20,
    onRemoved: (_key, value) => this.fence.release(value.cells),
  });
  readonly entityMemory = new ByteBudgetStore<CachedEntity>({
    budgetBytes: 1 << 20,
    onRemoved: (_key, entity) => this.fence.release(entity.cells),
  });
  readonly cache: ValueCache;
  readonly values: CachedValues;
  readonly entities: CachedEntities;

  constructor(shared: SharedStore = noSharedStore) {
    const { fence, log, memory } = this;
    const nowMs = () => this.nowMs;
    const random = () => this.random;
    this.cache = new ValueCache({ fence, memory, shared, nowMs, random });
    this.values = new CachedValues({
      log,
      cache: this.cache,
      nowMs,
      pause: () => this.pause(),
      random,
      defaultTtl: { kind: 'event-driven', maxAgeMs: 3_600_000 },
      onInexact: (name) => this.inexact.push(name),
    });
    this.entities = new CachedEntities({
      log,
      cache: new EntityCache({ fence, memory: this.entityMemory, shared, nowMs }),
      maxAgeMs: 3_600_000,
      onUnkept: (name) => this.unkept.push(name),
    });
  }

  async start(): Promise<this> {
    await this.log.start(this.fence);
    return this;
  }

  /** Work on an answer for somebody, as it begins now. */
  recorder(asker: ScopeValues | undefined = anonymousAsker): ReadsRecorder {
    return new ReadsRecorder(this.fence.reached, { asker });
  }

  async answer<T>(work: () => Promise<T>, recorder = this.recorder()): Promise<T> {
    return recordReads(recorder, work);
  }

  async change(table: string, id: string): Promise<void> {
    const row = { id };
    await this.log.append({
      changes: [{ kind: 'update', table, before: row, after: row, changed: ['name'] }],
      tags: [],
    });
  }

  /** Whether an answer with this recorder would be true now. */
  isTrue(recorder: ReadsRecorder): boolean {
    const cells = this.fence.hold(recorder.dependencies);
    const isTrue = this.fence.isTrue({ bornAt: recorder.bornAt, cells });
    this.fence.release(cells);
    return isTrue;
  }
}
