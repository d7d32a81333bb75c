/** Reads what the database noted of a changed row, without losing a digit. */
import type { RowChange, RowImage } from './row-change.js';

/** A row of `row_changes`, its images as text. */
export interface RecordedChange {
  readonly table: string;
  readonly kind: RowChange['kind'];
  readonly changed: readonly string[] | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** An integer beyond 2^53 stays text: as a number it would be another one. */
function exactly(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
}

const longNumber = /\d{16}/;

function toImage(text: string | null): RowImage {
  if (text === null) return {};
  const parse = JSON.parse as (text: string, reviver?: typeof exactly) => RowImage;
  return longNumber.test(text) ? parse(text, exactly) : parse(text);
}

export function toRowChange({ table, kind, changed, before, after }: RecordedChange): RowChange {
  if (kind === 'table') return { kind, table };
  if (kind === 'insert') return { kind, table, after: toImage(after) };
  if (kind === 'delete') return { kind, table, before: toImage(before) };
  return { kind, table, before: toImage(before), after: toImage(after), changed: changed ?? [] };
}
