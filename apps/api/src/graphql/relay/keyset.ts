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

/** One row more than the limit is read: it tells whether there is a further page. */
export function keysetStatement(
  query: KeysetQuery,
  page: Pick<PageRequest, 'limit' | 'backward'>,
  bounds: KeysetBounds,
): { readonly sql: string; readonly values: unknown[] } {
  const parameters = new SqlParameters();
  const { order, parent } = query;
  const from = typeof query.from === 'string' ? query.from : query.from(parameters);
  const conditions = query.conditions.map((condition) => condition(parameters));
  if (bounds.after !== undefined) {
    conditions.push(boundCondition(order, bounds.after, order.descending ? '<' : '>', parameters));
  }
  if (bounds.before !== undefined) {
    conditions.push(boundCondition(order, bounds.before, order.descending ? '>' : '<', parameters));
  }
  if (parent !== undefined) conditions.unshift(`${parent.column} = parent.key`);
  const direction = order.descending === page.backward ? 'ASC' : 'DESC';
  const keys = order.columns.map(({ sql }, index) => `(${sql})::text AS key_${index}`);
  const sql = [
    `SELECT ${[query.select, ...keys].join(', ')}`,
    `FROM ${from}`,
    conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
    `ORDER BY ${order.columns.map((column) => `${column.sql} ${direction}`).join(', ')}`,
    `LIMIT ${parameters.add(page.limit + 1)}`,
  ].join('\n');
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
  const from = typeof query.from === 'string' ? query.from : query.from(parameters);
  const conditions = query.conditions.map((condition) => condition(parameters));
  const { parent } = query;
  if (parent !== undefined)
    conditions.push(`${parent.column} = ANY(${parameters.add(parent.keys)}::bigint[])`);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const key = parent === undefined ? `''` : `${parent.column}::text`;
  return {
    sql: `SELECT ${key} AS parent_key, count(*)::int AS count FROM ${from} ${where} GROUP BY 1`,
    values: parameters.values,
  };
}
