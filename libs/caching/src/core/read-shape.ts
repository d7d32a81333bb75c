/** Names the part of a table that a read saw, so that a changed row finds the reads that it matters to. */
import type { RowChange, RowImage } from './row-change.js';
import type { RowRead } from './row-read.js';

/** Rows of one read after which its widest condition is dropped: one tag each would cost more than it saves. */
const mostTags = 256;

/** All reads that look at a table in the same way, whatever values they look for. */
export interface ReadShape {
  readonly id: string;
  readonly table: string;
  /** Sorted. */
  readonly whereColumns: readonly string[];
  /** Undefined: any column matters. */
  readonly columns: ReadonlySet<string> | undefined;
}

export interface ShapedRead {
  readonly shape: ReadShape;
  /** One for each combination of values, in the form of {@link valueKey}. */
  readonly valueKeys: readonly string[];
}

/** A separator that no text in PostgreSQL can contain. */
function valueKey(values: readonly string[]): string {
  return values.join('\0');
}

/** The values of a changed row in a shape's columns. */
export type TouchedValues =
  | { readonly kind: 'none' }
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** It cannot be told which: every read of the shape may be another. */
  | { readonly kind: 'all' };

export function shapeOf(read: RowRead): ShapedRead {
  const where = [...read.where];
  const combinations = () => where.reduce((product, { values }) => product * values.length, 1);
  while (combinations() > mostTags) {
    const widest = where.reduce(
      (best, next, at) => (next.values.length > (where[best]?.values.length ?? 0) ? at : best),
      0,
    );
    where.splice(widest, 1);
  }
  const whereColumns = where.map(({ column }) => column);
  const id = `${read.table}(${whereColumns.join(',')})[${read.columns?.join(',') ?? '*'}]`;
  const columns = read.columns === undefined ? undefined : new Set([...read.columns, ...whereColumns]);
  const valueKeys = where
    .reduce<string[][]>(
      (rows, { values }) => rows.flatMap((row) => values.map((value) => [...row, value])),
      [[]],
    )
    .map(valueKey);
  return { shape: { id, table: read.table, whereColumns, columns }, valueKeys };
}

export function touchedBy(change: RowChange, shape: ReadShape): TouchedValues {
  switch (change.kind) {
    case 'table':
      return { kind: 'all' };
    case 'insert':
      return keysOf([change.after], shape);
    case 'delete':
      return keysOf([change.before], shape);
    case 'update': {
      const { columns } = shape;
      const matters = columns === undefined || change.changed.some((column) => columns.has(column));
      return matters ? keysOf([change.before, change.after], shape) : { kind: 'none' };
    }
  }
}

function keysOf(images: readonly RowImage[], { whereColumns }: ReadShape): TouchedValues {
  const keys = new Set<string>();
  for (const image of images) {
    const values = whereColumns.map((column) => textOf(image[column]));
    if (values.includes(undefined)) return { kind: 'all' };
    // No equality holds for NULL, so no read has seen such a row.
    if (!values.includes(null)) keys.add(valueKey(values as string[]));
  }
  return keys.size === 0 ? { kind: 'none' } : { kind: 'keys', keys: [...keys] };
}

/** Undefined when the image cannot tell, because it leaves the column out or JSON has rounded it. */
function textOf(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}
