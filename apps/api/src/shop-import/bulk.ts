/** Writes many rows with one statement: the rows travel as one array for each column. */
import type { EntityManager } from 'typeorm';

/** Rows of a statement: enough that the round trip costs nothing, few enough to stay within some megabytes. */
export const chunkRows = 5_000;

export type PgType =
  | 'boolean'
  | 'bigint'
  | 'bytea'
  | 'integer'
  | 'jsonb'
  | 'numeric'
  | 'smallint'
  | 'text'
  | 'timestamptz'
  | 'uuid';

/** The columns of a bulk insert, each with its type and what a row has there. */
export type BulkColumns<Row> = Readonly<Record<string, readonly [PgType, (row: Row) => unknown]>>;

export interface UnnestedRows {
  /** `unnest($1::text[], …) AS r (name, …)`, for the FROM of a statement. */
  readonly from: string;
  readonly parameters: unknown[][];
}

export function unnestRows<Row>(rows: readonly Row[], columns: BulkColumns<Row>): UnnestedRows {
  const entries = Object.entries(columns);
  const arrays = entries.map(([, [type]], index) => `$${index + 1}::${type}[]`);
  return {
    from: `unnest(${arrays.join(', ')}) AS r (${entries.map(([name]) => name).join(', ')})`,
    parameters: entries.map(([, [, read]]) => rows.map((row) => read(row) ?? null)),
  };
}

/** Inserts rows that are new by construction. */
export async function insertRows<Row>(
  manager: EntityManager,
  table: string,
  rows: readonly Row[],
  columns: BulkColumns<Row>,
  onConflict = '',
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).join(', ');
  const { from, parameters } = unnestRows(rows, columns);
  await manager.query(
    `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${from} ${onConflict}`,
    parameters,
  );
}

/** Cuts a stream into chunks. */
export async function* inChunks<Row>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  size: number,
): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  for await (const row of rows) {
    if (chunk.length >= size) {
      yield chunk;
      chunk = [];
    }
    chunk.push(row);
  }
  if (chunk.length > 0) yield chunk;
}

/** The rows of a statement that returns some; UPDATE and DELETE go in a CTE, whose rows TypeORM hands over plainly. */
export async function selectRows<Row>(
  manager: Pick<EntityManager, 'query'>,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  return (await manager.query(sql, parameters)) as Row[];
}
