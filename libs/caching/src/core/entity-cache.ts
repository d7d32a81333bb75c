/** Keeps rows by their keys in memory and in the shared store, and gives out none that a write has overtaken. */
import type { ByteBudgetStore } from './byte-budget-store.js';
import { decodeEntity, dependenciesOf, encodeEntity, entityBytes } from './cached-entity.js';
import type { CachedEntity, StoredEntity } from './cached-entity.js';
import type { ReadPatterns } from './entity-reads.js';
import type { Fence } from './fence.js';
import type { Sequence } from './invalidation-log.js';
import type { SharedStore } from './shared-store.js';
import { everybodysKey } from './scope.js';

export interface EntityCacheParts {
  readonly fence: Fence;
  readonly memory: ByteBudgetStore<CachedEntity>;
  readonly shared: SharedStore;
  readonly nowMs: () => number;
}

export class EntityCache {
  /** In this turn, for the first time since they were loaded. */
  readonly #usedAgain = new Map<string, CachedEntity>();

  constructor(private readonly parts: EntityCacheParts) {}

  /** What is read from now on was born here. */
  get reached(): Sequence {
    return this.parts.fence.reached;
  }

  get nowMs(): number {
    return this.parts.nowMs();
  }

  isUsable(entity: CachedEntity): boolean {
    return this.parts.fence.isTrue(entity) && this.parts.nowMs() < entity.keptUntilMs;
  }

  findInMemory(id: string): CachedEntity | undefined {
    const entity = this.parts.memory.get(id);
    if (entity === undefined || !this.isUsable(entity)) return undefined;
    if (!entity.isShared) this.#shareLater(id, entity);
    return entity;
  }

  /** What other nodes have loaded, in one round trip; it is in memory from now on. */
  async findShared(
    ids: readonly string[],
    patterns: ReadPatterns,
  ): Promise<readonly (CachedEntity | undefined)[]> {
    const places = ids.map((question) => ({ question, key: everybodysKey }));
    const found = await this.parts.shared.readMany(places);
    return ids.map((id, at) => {
      const text = found[at]?.toString();
      const stored = text === undefined ? undefined : decodeEntity(text, patterns);
      if (text === undefined || stored === undefined) return undefined;
      return this.#admit(id, stored, { text, isShared: true });
    });
  }

  /** Those of them that are kept; the others a write has overtaken, or they are too large. */
  keep(entities: ReadonlyMap<string, StoredEntity>): Map<string, CachedEntity> {
    const kept = new Map<string, CachedEntity>();
    for (const [id, stored] of entities) {
      const entity = this.#admit(id, stored, { text: encodeEntity(stored), isShared: false });
      if (entity !== undefined) kept.set(id, entity);
    }
    return kept;
  }

  /**
   * Other nodes are given a row at its second use: most rows of a long list are never asked for again, and to write one down
   * in the shared store costs more than to load it.
   */
  #shareLater(id: string, entity: CachedEntity): void {
    entity.isShared = true;
    this.#usedAgain.set(id, entity);
    if (this.#usedAgain.size === 1) queueMicrotask(() => this.#share());
  }

  #share(): void {
    const nowMs = this.parts.nowMs();
    const given = [...this.#usedAgain].map(([question, entity]) => ({
      question,
      key: everybodysKey,
      bytes: Buffer.from(encodeEntity(entity)),
      ttlMs: entity.keptUntilMs - nowMs,
    }));
    this.#usedAgain.clear();
    void this.parts.shared.putMany(given);
  }

  #admit(
    id: string,
    stored: StoredEntity,
    { text, isShared }: { readonly text: string; readonly isShared: boolean },
  ): CachedEntity | undefined {
    const { fence, memory } = this.parts;
    const cells = fence.hold(dependenciesOf([stored]));
    const entity: CachedEntity = { ...stored, cells, isShared };
    if (this.isUsable(entity) && memory.set(id, entity, entityBytes(entity, text))) return entity;
    fence.release(cells);
    return undefined;
  }
}
