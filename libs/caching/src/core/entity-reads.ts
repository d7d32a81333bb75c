/**
 * Tells which of a batch's reads are those of one of its keys.
 *
 * A loader gives each key what it would give it alone; otherwise its values would depend on who has asked together. So the
 * value of one key depends on what a batch of that key alone would have read: the same statements, with this key in place of
 * all. Where a read is bound to the values of the key's column, it is these values that are exchanged.
 */
import type { RowRead } from './row-read.js';

/** After so many values a read is divided: one with many more would count as a read of the whole table. */
const mostValues = 200;

/** A read without the values of one of its columns. */
export interface ReadPattern {
  readonly read: RowRead;
  /** Which equality it is whose values are missing; undefined: none. */
  readonly at: number | undefined;
}

/** A pattern, and the values that one key has there. */
export interface OwnRead {
  readonly pattern: ReadPattern;
  readonly values: readonly string[];
}

/** The values that belong to a key, by columns such as `products.id`. */
export type OwnValues = ReadonlyMap<string, readonly string[]>;

export interface DividedBatch {
  /** By what the rows of a key are looked up. */
  readonly keyColumn: string;
  /** Of each key of the batch; each has the same columns. */
  readonly own: ReadonlyMap<string, OwnValues>;
}

/** Keys whose part in the reads cannot be told are missing. */
export function divideReads(
  reads: readonly RowRead[],
  batch: DividedBatch,
  patterns: ReadPatterns,
): Map<string, readonly OwnRead[]> {
  const divided = new Map<string, readonly OwnRead[]>();
  const all = bindable(reads, batch, patterns) ?? [];
  for (const [key, own] of batch.own) {
    // What depends on nothing by its key would never end.
    const isSeen = all.some(({ column, seen }) => column === batch.keyColumn && seen.has(key));
    if (isSeen) divided.set(key, readsOf(own, all));
  }
  return divided.size === 0 ? wholeBatch(reads, batch, patterns) : divided;
}

function readsOf(own: OwnValues, all: readonly Bindable[]): OwnRead[] {
  return all.flatMap(({ pattern, column, seen }) => {
    if (column === undefined) return [{ pattern, values: [] }];
    const values = own.get(column)?.filter((value) => seen.has(value)) ?? [];
    return values.length === 0 ? [] : [{ pattern, values }];
  });
}

interface Bindable {
  readonly pattern: ReadPattern;
  /** Undefined: it is the same for all keys. */
  readonly column: string | undefined;
  readonly seen: ReadonlySet<string>;
}

/** Undefined when one of the reads cannot be divided, and is not the same for all keys either. */
function bindable(
  reads: readonly RowRead[],
  { own }: DividedBatch,
  patterns: ReadPatterns,
): Bindable[] | undefined {
  const columns = valuesByColumn(own.values());
  const found: Bindable[] = [];
  for (const read of reads) {
    // A page of the whole batch is not the page of a key.
    if (read.residuals?.some(({ kind }) => kind === 'window') === true) return undefined;
    const at = read.where.findIndex(({ column }) => columns.has(`${read.table}.${column}`));
    const equality = read.where[at];
    if (equality === undefined) {
      // Kept whole by each key, so that it must be little.
      if (read.where.some(({ values }) => values.length > 1)) return undefined;
      found.push({ pattern: patterns.of({ read, at: undefined }), column: undefined, seen: new Set() });
      continue;
    }
    const column = `${read.table}.${equality.column}`;
    const seen = new Set(equality.values);
    // It looks for something else than the keys, such as two states that are called like two of them.
    if (!equality.values.every((value) => columns.get(column)?.has(value))) return undefined;
    found.push({ pattern: patterns.of({ read, at }), column, seen });
  }
  return found;
}

function valuesByColumn(owns: Iterable<OwnValues>): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>();
  for (const own of owns) {
    for (const [column, its] of own) {
      const values = columns.get(column) ?? new Set();
      columns.set(column, values);
      for (const value of its) values.add(value);
    }
  }
  return columns;
}

/** A batch of one key has read what the key has. */
function wholeBatch(
  reads: readonly RowRead[],
  { own }: DividedBatch,
  patterns: ReadPatterns,
): Map<string, readonly OwnRead[]> {
  if (own.size !== 1 || reads.length === 0) return new Map();
  const whole = reads.map((read) => ({ pattern: patterns.of({ read, at: undefined }), values: [] }));
  return new Map([...own.keys()].map((key) => [key, whole]));
}

/** The reads of many keys, of as few words as they can be told in. */
export function joinReads(owns: Iterable<readonly OwnRead[]>): RowRead[] {
  const valuesOf = new Map<ReadPattern, Set<string>>();
  for (const own of owns) {
    for (const { pattern, values } of own) {
      const joined = valuesOf.get(pattern) ?? new Set();
      valuesOf.set(pattern, joined);
      for (const value of values) joined.add(value);
    }
  }
  return [...valuesOf].flatMap(([pattern, values]) => bind(pattern, [...values]));
}

function bind({ read, at }: ReadPattern, values: readonly string[]): RowRead[] {
  const equality = at === undefined ? undefined : read.where[at];
  if (at === undefined || equality === undefined) return [read];
  const reads: RowRead[] = [];
  for (let from = 0; from < values.length; from += mostValues) {
    const bound = { ...equality, values: values.slice(from, from + mostValues) };
    reads.push({ ...read, where: read.where.with(at, bound) });
  }
  return reads;
}

/** Statements with other values beside the keys make one each. */
const mostPatterns = 1_000;

/** Equal patterns are one object, so that their values can be put together. They come from the code, and are few. */
export class ReadPatterns {
  readonly #known = new Map<string, ReadPattern>();

  of({ read, at }: ReadPattern): ReadPattern {
    const equality = at === undefined ? undefined : read.where[at];
    const pattern =
      at === undefined || equality === undefined
        ? { read, at: undefined }
        : { read: { ...read, where: read.where.with(at, { ...equality, values: [] }) }, at };
    const text = JSON.stringify(pattern);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= mostPatterns) this.#known.clear();
    this.#known.set(text, pattern);
    return pattern;
  }
}
