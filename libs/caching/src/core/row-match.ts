/** Decides whether a change of a row can change an answer that was read as a `RowRead` tells; in doubt it can. */
import { compareOrdered } from './ordered-values.js';
import type { RowChange, RowImage } from './row-change.js';
import type { OrderedColumn, Residual, RowRead } from './row-read.js';
import { mayMatch } from './text-query.js';

type Verdict = boolean | undefined;

export function changeMatters(read: RowRead, change: RowChange): boolean {
  if (read.table !== change.table) return false;
  if (change.kind === 'table') return true;
  if (change.kind === 'update') return updateMatters(read, change);
  return maySee(read, change.kind === 'insert' ? change.after : change.before);
}

function updateMatters(
  read: RowRead,
  { before, after, changed }: RowChange & { readonly kind: 'update' },
): boolean {
  if (!maySee(read, before) && !maySee(read, after)) return false;
  const { columns, where, residuals = [], tested = [] } = read;
  if (columns === undefined) return true;
  // The row has come to what is asked for, or left it, whatever is shown of it.
  if (where.some(({ column }) => changed.includes(column))) return true;
  if (changed.some((column) => columns.includes(column) && !tested.includes(column))) return true;
  return residuals.some(
    (residual) =>
      columnsOf(residual).some((column) => changed.includes(column)) &&
      !(residualHolds(residual, before) === true && residualHolds(residual, after) === true),
  );
}

function maySee({ where, residuals = [] }: RowRead, image: RowImage): boolean {
  const fulfilsEqualities = where.every(({ column, values }) => {
    const value = image[column];
    if (value === null) return false;
    if (typeof value === 'string') return values.includes(value);
    if (typeof value === 'boolean') return values.includes(String(value));
    // Else it is too wide to be carried, or a number that JSON has rounded.
    return typeof value !== 'number' || !Number.isSafeInteger(value) || values.includes(String(value));
  });
  return fulfilsEqualities && residuals.every((residual) => residualHolds(residual, image) !== false);
}

export function columnsOf(
  residual: { readonly column: string } | { readonly columns: readonly OrderedColumn[] },
): readonly string[] {
  return 'columns' in residual ? residual.columns.map(({ column }) => column) : [residual.column];
}

/** Undefined when the image does not tell. */
export function residualHolds(residual: Residual, image: RowImage): Verdict {
  if (residual.kind === 'comparison') return comparisonHolds(residual, image);
  if (residual.kind === 'window') return isInWindow(residual, image);
  const value = image[residual.column];
  if (residual.kind === 'search') return isFound(residual, value);
  return value === undefined ? undefined : (value === null) === residual.isNull;
}

/** That it is found for certain is never told: weights and places of words are not looked at. */
function isFound({ queries }: Residual & { readonly kind: 'search' }, document: unknown): Verdict {
  if (document === null) return false;
  if (typeof document !== 'string') return undefined;
  return queries.some((query) => mayMatch(query, document)) ? undefined : false;
}

function comparisonHolds(
  { columns, operator, values }: Residual & { readonly kind: 'comparison' },
  image: RowImage,
): Verdict {
  for (const [at, { column, type }] of columns.entries()) {
    const value = image[column];
    const bound = values[at];
    if (value === undefined || bound === undefined) return undefined;
    if (value === null) return false;
    const order = compareOrdered(type, value, bound);
    if (order === undefined) return undefined;
    if (order !== 0) return order < 0 === (operator === '<' || operator === '<=');
  }
  return operator === '<=' || operator === '>=';
}

function isInWindow({ columns, values }: Residual & { readonly kind: 'window' }, image: RowImage): Verdict {
  for (const [at, { column, type, isDescending, areNullsFirst }] of columns.entries()) {
    const value = image[column];
    const bound = values[at];
    if (value === undefined || bound === undefined) return undefined;
    if (value === null || bound === null) {
      if (value !== bound) return (value === null) === areNullsFirst;
      continue;
    }
    const order = compareOrdered(type, value, bound);
    if (order === undefined) return undefined;
    if (order !== 0) return order < 0 !== isDescending;
  }
  return true;
}
