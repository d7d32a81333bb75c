/**
 * Writes the SQL of one keyset page, for a whole list or for each of many parents in one statement.
 *
 * Keys travel as PostgreSQL's own text (`::text`), because a JavaScript Date would cut a timestamp to milliseconds and skip
 * or repeat the rows in between. The last column of an order is unique, which makes it total.
 */
import type { PageRequest } from './page-args.js';

export interface KeysetColumn {
  /** An expression over the row, which is called `t`; the index must be on the same expression. */
  readonly sql: string;
  readonly type: 'bigint' | 'integer' | 'numeric' | 'text' | 'timestamptz' | 'float8';
}

export interface KeysetOrder {
  readonly name: string;
  readonly columns: readonly KeysetColumn[];
  /** All columns run in one direction, so that a row comparison and one index scan serve both. */
  readonly descending: boolean;
}

/** Gathers the values of a statement and gives out their placeholders. */
export class SqlParameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** A piece of SQL that adds its values to the statement's. */
export type SqlPart = (parameters: SqlParameters) => string;

export interface KeysetQuery {
  /** What to read, e.g. `products t`; a function when it needs values of its own. */
  readonly from: string | SqlPart;
  /** The select list, e.g. `t.*`. */
  readonly select: string;
  readonly conditions: readonly SqlPart[];
  readonly order: KeysetOrder;
  /** For a page of each parent: the column that points at it. */
  readonly parent?: { readonly column: string; readonly keys: readonly string[] };
  /**
   * The list as several, each with an index in this order, e.g. one for each category: of every branch no more is read than
   * a page, whereas one scan over all of them would pass over everything that stands in between.
   */
  readonly branches?: KeysetBranches;
}

export interface KeysetBranches {
  readonly column: string;
  readonly keys: readonly string[];
  /** For each key the parent that it is a branch of; the parent's column is `branch.parent_key` then. */
  readonly parentKeys?: readonly string[];
}

export interface KeysetBounds {
  readonly after: readonly string[] | undefined;
  readonly before: readonly string[] | undefined;
}

function rowOf(parts: readonly string[]): string {
  return parts.length === 1 ? String(parts[0]) : `(${parts.join(', ')})`;
}

function boundCondition(
  order: KeysetOrder,
  keys: readonly string[],
  operator: '<' | '>',
  parameters: SqlParameters,
) {
  const columns = rowOf(order.columns.map(({ sql }) => sql));
  // Twice cast: as text the value reaches PostgreSQL unchanged, whatever the driver thinks of the type.
  const values = rowOf(
    order.columns.map(({ type }, index) => `${parameters.add(keys[index])}::text::${type}`),
  );
  return `${columns} ${operator} ${values}`;
}

function boundConditions(order: KeysetOrder, bounds: KeysetBounds, parameters: SqlParameters): string[] {
  const { after, before } = bounds;
  const [behind, ahead] = order.descending ? (['<', '>'] as const) : (['>', '<'] as const);
  return [
    ...(after === undefined ? [] : [boundCondition(order, after, behind, parameters)]),
    ...(before === undefined ? [] : [boundCondition(order, before, ahead, parameters)]),
  ];
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

function branchSource({ keys, parentKeys }: KeysetBranches, parameters: SqlParameters): string {
  const branchKeys = `${parameters.add(keys)}::bigint[]`;
  if (parentKeys === undefined) return `unnest(${branchKeys}) AS branch (key)`;
  return `unnest(${branchKeys}, ${parameters.add(parentKeys)}::bigint[]) AS branch (key, parent_key)`;
}

/** One row more than the limit is read: it tells whether there is a further page. */
export function keysetStatement(
  query: KeysetQuery,
  page: Pick<PageRequest, 'limit' | 'backward'>,
  bounds: KeysetBounds,
): { readonly sql: string; readonly values: unknown[] } {
  const parameters = new SqlParameters();
  const { order, parent, branches } = query;
  const from = typeof query.from === 'string' ? query.from : query.from(parameters);
  const conditions = [
    ...query.conditions.map((condition) => condition(parameters)),
    ...boundConditions(order, bounds, parameters),
  ];
  const ofParent = parent === undefined ? [] : [`${parent.column} = parent.key`];
  conditions.unshift(...(branches === undefined ? ofParent : [`${branches.column} = branch.key`]));
  const direction = order.descending === page.backward ? 'ASC' : 'DESC';
  const inOrder = (expressions: readonly string[]) =>
    `ORDER BY ${expressions.map((expression) => `${expression} ${direction}`).join(', ')}`;
  const limit = `LIMIT ${parameters.add(page.limit + 1)}`;
  const keys = order.columns.map(({ sql }, index) => `(${sql})::text AS key_${index}`);
  // Text sorts otherwise than what it stands for, so branches are merged by the values themselves.
  const sorts =
    branches === undefined ? [] : order.columns.map(({ sql }, index) => `${sql} AS sort_${index}`);
  let sql = [
    `SELECT ${[query.select, ...keys, ...sorts].join(', ')}`,
    `FROM ${from}`,
    whereOf(conditions),
    inOrder(order.columns.map((column) => column.sql)),
    limit,
  ].join('\n');
  if (branches !== undefined) {
    sql = [
      `SELECT merged.* FROM ${branchSource(branches, parameters)} CROSS JOIN LATERAL (\n${sql}\n) AS merged`,
      whereOf(ofParent),
      inOrder(order.columns.map((_, index) => `merged.sort_${index}`)),
      limit,
    ].join('\n');
  }
  if (parent === undefined) return { sql, values: parameters.values };
  const parents = `unnest(${parameters.add(parent.keys)}::bigint[]) AS parent (key)`;
  return {
    sql: `SELECT parent.key::text AS parent_key, page.* FROM ${parents} CROSS JOIN LATERAL (\n${sql}\n) AS page`,
    values: parameters.values,
  };
}

/** Counts what the page is a part of; for parents, each one's. */
export function countStatement(query: KeysetQuery): { readonly sql: string; readonly values: unknown[] } {
  const parameters = new SqlParameters();
  const { parent, branches } = query;
  const from = typeof query.from === 'string' ? query.from : query.from(parameters);
  const conditions = query.conditions.map((condition) => condition(parameters));
  if (parent !== undefined)
    conditions.push(`${parent.column} = ANY(${parameters.add(parent.keys)}::bigint[])`);
  const join =
    branches === undefined
      ? ''
      : `JOIN ${branchSource(branches, parameters)} ON ${branches.column} = branch.key`;
  const key = parent === undefined ? `''` : `${parent.column}::text`;
  return {
    sql: `SELECT ${key} AS parent_key, count(*)::int AS count FROM ${from} ${join} ${whereOf(conditions)} GROUP BY 1`,
    values: parameters.values,
  };
}
