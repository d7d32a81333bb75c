/**
 * Lets PostgreSQL note every change of a table's rows; for migrations.
 *
 * In plain SQL: `SELECT swiftlet_track_table('products', '{description,attributes}')` and
 * `SELECT swiftlet_untrack_table('products')`. Call it again after a partition was added.
 */
import type { QueryRunner } from 'typeorm';

export interface TrackedTableOptions {
  /**
   * Columns too wide to be carried in every image: long text, bytea, jsonb. Their change is told all the same. Where a `tsvector`
   * is left out, every change of one ends every search.
   */
  readonly leaveOut?: readonly string[];
}

/** @param table as SQL writes it, e.g. `products`, `"Order"`, `sales.orders`; it must have a primary key. */
export async function trackTable(
  runner: QueryRunner,
  table: string,
  options: TrackedTableOptions = {},
): Promise<void> {
  await runner.query('SELECT swiftlet_track_table($1::regclass, $2::text[])', [
    table,
    [...(options.leaveOut ?? [])],
  ]);
}

export async function untrackTable(runner: QueryRunner, table: string): Promise<void> {
  await runner.query('SELECT swiftlet_untrack_table($1::regclass)', [table]);
}
