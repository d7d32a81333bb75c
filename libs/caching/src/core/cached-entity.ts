/** A row that was loaded by its key: the row in parts, what it depends on, and how it travels to other nodes. */
import { joinReads, type OwnRead, type ReadPattern, type ReadPatterns } from './entity-reads.js';
import { dependencyBytes, type Fenced } from './fence.js';
import type { Sequence } from './invalidation-log.js';
import type { Packed } from './packed-row.js';

export interface StoredEntity {
  readonly row: Packed;
  readonly reads: readonly OwnRead[];
  readonly bornAt: Sequence;
  readonly keptUntilMs: number;
}

/** A stored entity on this node. */
export interface CachedEntity extends StoredEntity, Fenced {
  /** True when other nodes have been given it. */
  isShared: boolean;
}

/** Of the format: an entity of another version is not read. */
const version = 1;

interface Written {
  readonly version: number;
  readonly row: Packed;
  readonly reads: readonly (ReadPattern & Pick<OwnRead, 'values'>)[];
  readonly bornAt: Sequence;
  readonly keptUntilMs: number;
}

export function encodeEntity({ row, reads, bornAt, keptUntilMs }: StoredEntity): string {
  const written: Written = {
    version,
    row,
    reads: reads.map(({ pattern, values }) => ({ ...pattern, values })),
    bornAt,
    keptUntilMs,
  };
  return JSON.stringify(written);
}

/** Undefined for what is no entity of this version. */
export function decodeEntity(text: string, patterns: ReadPatterns): StoredEntity | undefined {
  try {
    const { version: its, reads, ...entity } = JSON.parse(text) as Written;
    if (its !== version) return undefined;
    return {
      ...entity,
      reads: reads.map(({ values, ...pattern }) => ({ pattern: patterns.of(pattern), values })),
    };
  } catch {
    return undefined;
  }
}

/** Bytes that it takes in memory: its objects about twice its text, and its part of what it depends on. */
export function entityBytes({ cells }: Fenced, text: string): number {
  return text.length * 2 + 300 + dependencyBytes(cells);
}

export function dependenciesOf(entities: readonly StoredEntity[]) {
  return { reads: joinReads(entities.map(({ reads }) => reads)), tags: [] };
}
