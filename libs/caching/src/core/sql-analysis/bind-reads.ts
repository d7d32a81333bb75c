/** Fills the reads of a statement with the values of one run of it. */
import { equalityValue, type Equality, type RowRead } from '../row-read.js';
import { columnsOf } from '../row-match.js';
import { bindResiduals, type ResultRow } from './bind-residuals.js';
import type { EqualityTemplate, ReadTemplate, ReturnedKey, ValueSource } from './statement-reads.js';

/** More are not worth telling one by one: the column counts as one that may have any value. */
const mostValues = 200;

/** Whatever cannot be told makes a read coarser; an equality with NULL alone is never true, and its read falls away. */
export function bindReads(
  templates: readonly ReadTemplate[],
  params: readonly unknown[],
  resultRows: readonly ResultRow[],
): RowRead[] {
  return templates.flatMap((template) => bindRead(template, params, resultRows));
}

function bindRead(
  template: ReadTemplate,
  params: readonly unknown[],
  resultRows: readonly ResultRow[],
): RowRead[] {
  const { table, where, rows } = template;
  const bound: Equality[] = [];
  for (const equality of where) {
    const values = valuesOf(equality, params);
    if (values === undefined) continue;
    if (values.length === 0) return [];
    bound.push({ column: equality.column, values });
  }
  const { residuals, untold } = bindResiduals(template, params, resultRows);
  const columns = union(template.columns, untold);
  const read = (mattering: readonly string[] | undefined): RowRead => {
    if (residuals.length === 0) return { table, where: bound, columns: mattering };
    const tested = residuals.flatMap(columnsOf).filter((column) => mattering?.includes(column) === false);
    return { table, where: bound, columns: union(mattering, tested), residuals, tested };
  };
  if (rows === undefined) return [read(columns)];
  const shown = shownRows(rows.key, resultRows);
  if (shown === undefined) return [read(union(columns, rows.columns))];
  const isNoneShown = shown.length === 0 || rows.columns?.length === 0;
  return isNoneShown ? [read(columns)] : [read(columns), { table, where: shown, columns: rows.columns }];
}

function union(a: readonly string[] | undefined, b: readonly string[] | undefined) {
  return a === undefined || b === undefined ? undefined : [...new Set([...a, ...b])].toSorted();
}

function valuesOf({ type, sources }: EqualityTemplate, params: readonly unknown[]): string[] | undefined {
  const values = new Set<string>();
  for (const source of sources) {
    const given = givenBy(source, params);
    if (given === undefined) return undefined;
    for (const value of given) {
      if (value === null || value === undefined) continue;
      const text = equalityValue(type, value);
      if (text === undefined) return undefined;
      values.add(text);
    }
    if (values.size > mostValues) return undefined;
  }
  return [...values];
}

/** Undefined when it is no list, as an array that is sent as text. */
function givenBy(source: ValueSource, params: readonly unknown[]): readonly unknown[] | undefined {
  if ('literal' in source) return [source.literal];
  if ('param' in source) return [params[source.param - 1]];
  const list = params[source.paramArray - 1];
  if (list === null || list === undefined) return [];
  return Array.isArray(list) ? list : undefined;
}

/** Empty when the answer shows no row of the table; undefined when it cannot be told which. */
function shownRows(key: readonly ReturnedKey[], resultRows: readonly ResultRow[]): Equality[] | undefined {
  const shown: Equality[] = [];
  for (const { column, type, field } of key) {
    const values = new Set<string>();
    for (const row of resultRows) {
      const value = row[field];
      // What an outer join did not find.
      if (value === null) continue;
      const text = equalityValue(type, value);
      if (text === undefined) return undefined;
      values.add(text);
    }
    if (values.size > mostValues) return undefined;
    if (values.size === 0) return [];
    shown.push({ column, values: [...values] });
  }
  return shown.toSorted((a, b) => (a.column < b.column ? -1 : 1));
}
