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
    return entity !== undefined && this.isUsable(entity) ? entity : undefined;
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
      return text === undefined || stored === undefined ? undefined : this.#admit(id, stored, text);
    });
  }

  /** Those of them that are kept; the others a write has overtaken, or they are too large. Other nodes are given them. */
  keep(entities: ReadonlyMap<string, StoredEntity>): Map<string, CachedEntity> {
    const kept = new Map<string, CachedEntity>();
    const given: { question: string; key: string; bytes: Buffer; ttlMs: number }[] = [];
    for (const [id, stored] of entities) {
      const text = encodeEntity(stored);
      const entity = this.#admit(id, stored, text);
      if (entity === undefined) continue;
      kept.set(id, entity);
      const ttlMs = stored.keptUntilMs - this.parts.nowMs();
      given.push({ question: id, key: everybodysKey, bytes: Buffer.from(text), ttlMs });
    }
    if (given.length > 0) void this.parts.shared.putMany(given);
    return kept;
  }

  #admit(id: string, stored: StoredEntity, text: string): CachedEntity | undefined {
    const { fence, memory } = this.parts;
    const cells = fence.hold(dependenciesOf([stored]));
    const entity: CachedEntity = { ...stored, cells };
    if (this.isUsable(entity) && memory.set(id, entity, entityBytes(entity, text))) return entity;
    fence.release(cells);
    return undefined;
  }
}
