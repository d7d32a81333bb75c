/**
 * Names what an answer depends on so shortly that a CDN can keep the names, and tells which of them a change ends.
 *
 * The fence knows each read exactly; a CDN only knows names, and whoever purges knows the change and not what other nodes have
 * handed out. So the names of a change follow from the change alone, without anything that nodes would have to agree on:
 *
 * - a read that looks rows up by an identifying column carries `products:id=7`, one for each value; any other read carries
 *   `products`. One equality is enough, because a row that the read sees fulfils all of them;
 * - every read carries `products:whole` besides, for changes that do not tell their rows;
 * - a changed row ends `products:COLUMN=VALUE` for each identifying column that it has, before and after, and `products`.
 *
 * Nothing is missed: a change moves a cell of the fence only if a row that it tells, before or after, fulfils the equalities
 * of the read; then it has the value that the read is named by, or it does not tell it and ends the whole. What is purged too
 * much are answers that have read other columns of the row, or that the read's further conditions would have spared.
 *
 * An answer that was fetched before the change and arrives after the purge is the purge ledger's: it purges twice.
 */
import type { Dependencies } from './fence.js';
import type { Invalidation } from './invalidation-log.js';
import type { RowChange, RowImage } from './row-change.js';
import type { Equality, RowRead } from './row-read.js';

/**
 * Columns that tell a few rows from many. Part of what all nodes must agree on, also those of another version: whoever makes
 * it wider lets every node purge by it before the first answer is named by it.
 */
const identifying = /(?:^|_)(?:id|uuid|slug|sku|code|key|hash)$|[a-z\d]Id$/;
/** More names than this say little more than the table's. */
const mostNames = 100;

/** For changes that do not tell which rows, or not all of a row. */
const whole = (table: string): string => `${table}:whole`;
const named = (table: string, column: string, value: string): string => `${table}:${column}=${value}`;
const declared = (tag: string): string => `tag:${tag}`;

/** What covers `products:id=7` is `products`: every change of the table ends it. */
export function widerName(name: string): string | undefined {
  const end = name.indexOf(':');
  return end < 0 ? undefined : name.slice(0, end);
}

/** Columns that changes do not carry, as `table.column`: no answer may be named by them. */
export type UncarriedColumns = ReadonlySet<string>;

export function namesOfAnswer(
  { reads, tags }: Dependencies,
  uncarried: UncarriedColumns,
): ReadonlySet<string> {
  const names = new Set(tags.map(declared));
  for (const read of reads) {
    const { table } = read;
    names.add(whole(table));
    const equality = narrowest(read, uncarried);
    if (equality === undefined) names.add(table);
    else for (const value of equality.values) names.add(named(table, equality.column, value));
  }
  return names;
}

function narrowest({ table, where }: RowRead, uncarried: UncarriedColumns): Equality | undefined {
  const candidates = where.filter(
    ({ column, values }) =>
      identifying.test(column) && values.length <= mostNames && !uncarried.has(`${table}.${column}`),
  );
  const [best] = candidates.toSorted((one, other) => one.values.length - other.values.length);
  return candidates.find(({ column }) => column === 'id') ?? best;
}

/** Without the wider names, which the purge of a name implies. */
export function namesToPurge({ changes, tags }: Invalidation): ReadonlySet<string> {
  const names = new Set(tags.map(declared));
  for (const change of changes) for (const name of namesOfChange(change)) names.add(name);
  return names;
}

function namesOfChange(change: RowChange): readonly string[] {
  const { table } = change;
  switch (change.kind) {
    case 'table':
      return [whole(table)];
    case 'insert':
      return [table, ...namesOfRow(table, change.after)];
    case 'delete':
      return [table, ...namesOfRow(table, change.before)];
    case 'update':
      return [table, ...namesOfRow(table, change.before), ...namesOfRow(table, change.after)];
  }
}

function namesOfRow(table: string, image: RowImage): string[] {
  return Object.entries(image).flatMap(([column, value]) => {
    // No equality holds for NULL.
    if (value === null || !identifying.test(column)) return [];
    if (typeof value === 'string' || typeof value === 'boolean') return named(table, column, String(value));
    // A number that JSON has rounded is another one.
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? named(table, column, String(value))
      : whole(table);
  });
}
