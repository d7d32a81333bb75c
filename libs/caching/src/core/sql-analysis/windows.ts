/** Finds answers that are the beginning of a list, which rows that sort behind their end cannot change. */
import type { SortColumn } from '../row-read.js';
import { fieldsOf } from './expressions.js';
import type { Node, SelectStatement, SortBy } from './nodes.js';
import type { Cut, Output, Scope, SortKey, TableColumn, TableUse } from './scope.js';
import { NotUnderstood, type ValueSource, type WindowTemplate } from './statement-reads.js';

export function cutOf(
  { limitCount, limitOffset, sortClause = [] }: SelectStatement,
  outputs: readonly Output[],
  scope: Scope,
): Cut | undefined {
  const limit = limitCount ?? limitOffset;
  if (limit === undefined) return undefined;
  const keys = sortClause.map(({ SortBy: sort }) =>
    sort === undefined ? undefined : sortKey(sort, outputs, scope),
  );
  // Rows that are only left out at the beginning go on to an end that nobody knows.
  return { keys, limit: limitCount ?? {} };
}

function sortKey(
  { node, sortby_dir, sortby_nulls, ...further }: SortBy,
  outputs: readonly Output[],
  scope: Scope,
): SortKey | undefined {
  const column = sortedColumn(node, outputs, scope);
  if (column === undefined || 'useOp' in further) return undefined;
  const isDescending = sortby_dir === 'SORTBY_DESC';
  const areNullsFirst =
    sortby_nulls === 'SORTBY_NULLS_DEFAULT' ? isDescending : sortby_nulls === 'SORTBY_NULLS_FIRST';
  return { column, isDescending, areNullsFirst };
}

/** A name alone means an output first, and then a column. */
function sortedColumn(node: Node, outputs: readonly Output[], scope: Scope): TableColumn | undefined {
  const fields = node.ColumnRef?.fields;
  if (fields === undefined) return undefined;
  const [first, ...others] = fieldsOf(fields);
  if (others.length === 0) {
    if (outputs.some(({ name }) => name === undefined)) return undefined;
    const named = outputs.filter(({ name }) => name === first);
    if (named.length > 0) return named.length === 1 ? named[0]?.origin.same : undefined;
  }
  try {
    return scope.resolve(fieldsOf(fields)).same;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

/** The only field of the answer that shows the column; undefined when another may have its name. */
export function fieldOf({ of, column }: TableColumn, outputs: readonly Output[]): string | undefined {
  // A field whose name is not known may have this one as well, and of two the driver keeps the last.
  if (outputs.some(({ name }) => name === undefined)) return undefined;
  return outputs.find(
    ({ name, origin: { same, textOf } }) =>
      (same ?? textOf)?.of === of &&
      (same ?? textOf)?.column === column &&
      outputs.filter((other) => other.name === name).length === 1,
  )?.name;
}

/**
 * Rows that sort behind the last one shown stay out of the answer. A select inside that cuts its rows as well must sort them
 * alike: else such a row could push another one out there.
 */
export function windowOf(use: TableUse, outputs: readonly Output[], cut: Cut): WindowTemplate | undefined {
  const limit = limitOf(cut.limit);
  if (limit === undefined || use.isNullable || use.cuts.length === 0) return undefined;
  if (!use.cuts.every((keys) => isSameOrder(keys, cut.keys))) return undefined;
  const columns: SortColumn[] = [];
  const fields: string[] = [];
  for (const key of cut.keys) {
    const type = key?.column.of.table.columns.get(key.column.column)?.ordering;
    const field = key === undefined ? undefined : fieldOf(key.column, outputs);
    // What is left of the order is a coarser one.
    if (key === undefined || key.column.of !== use || type === undefined || field === undefined) break;
    const { column, isDescending, areNullsFirst } = key;
    columns.push({ column: column.column, type, isDescending, areNullsFirst });
    fields.push(field);
  }
  return columns.length === 0 ? undefined : { columns, fields, limit };
}

function limitOf({ ParamRef, A_Const }: Node): ValueSource | undefined {
  if (ParamRef !== undefined) return { param: ParamRef.number ?? 0 };
  return A_Const?.ival === undefined ? undefined : { literal: String(A_Const.ival.ival ?? 0) };
}

function isSameOrder(
  keys: readonly (SortKey | undefined)[],
  others: readonly (SortKey | undefined)[],
): boolean {
  if (keys === others) return true;
  return (
    keys.length === others.length &&
    keys.every((key, at) => {
      const other = others[at];
      return (
        key !== undefined &&
        other !== undefined &&
        key.column.of === other.column.of &&
        key.column.column === other.column.column &&
        key.isDescending === other.isDescending &&
        key.areNullsFirst === other.areNullsFirst
      );
    })
  );
}
