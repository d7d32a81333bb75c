/** Inserts rows or brings those that are there up to date, and tells which happened. */
import type { EntityManager } from 'typeorm';
import { type BulkColumns, selectRows, unnestRows } from './bulk.js';
import type { FileTally } from './report.js';

export interface UpsertTarget<Row> {
  readonly table: string;
  /** The natural key: a unique constraint's columns. */
  readonly key: readonly string[];
  readonly columns: BulkColumns<Row>;
  /** What a row that is there takes over: a column, or a column with the expression for it (`t` old, `excluded` new). */
  readonly update: readonly (string | readonly [column: string, expression: string])[];
  /** Set beside the rest, but no change by itself, e.g. `updated_at`. */
  readonly touch?: string;
}

/** Each row is written once at most, so the chunk must not have a key twice. Rows that are the same stay untouched. */
export async function upsertRows<Row>(
  manager: EntityManager,
  target: UpsertTarget<Row>,
  rows: readonly Row[],
  tally: FileTally,
): Promise<void> {
  if (rows.length === 0) return;
  const { from, parameters } = unnestRows(rows, target.columns);
  const names = Object.keys(target.columns).join(', ');
  const written = await selectRows<{ inserted: boolean }>(
    manager,
    `INSERT INTO ${target.table} AS t (${names}) SELECT ${names} FROM ${from}
     ON CONFLICT (${target.key.join(', ')}) ${conflictAction(target)}
     RETURNING t.xmax = 0 AS inserted`, // xmax is 0 in a row version that no update made
    parameters,
  );
  const inserted = written.filter((row) => row.inserted).length;
  tally.imported += inserted;
  tally.updated += written.length - inserted;
  tally.unchanged += rows.length - written.length;
}

function conflictAction(target: Pick<UpsertTarget<unknown>, 'update' | 'touch'>): string {
  const changes = target.update.map((change) =>
    typeof change === 'string' ? ([change, `excluded.${change}`] as const) : change,
  );
  if (changes.length === 0) return 'DO NOTHING';
  const touched = target.touch === undefined ? [] : [`${target.touch} = excluded.${target.touch}`];
  const assignments = [...changes.map(([column, expression]) => `${column} = ${expression}`), ...touched];
  const before = changes.map(([column]) => `t.${column}`).join(', ');
  const after = changes.map(([, expression]) => expression).join(', ');
  return `DO UPDATE SET ${assignments.join(', ')} WHERE (${before}) IS DISTINCT FROM (${after})`;
}
