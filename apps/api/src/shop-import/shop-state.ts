/** Remembers in the database which shop is in it, and keeps two writers of whole shops apart. */
import type { DataSource, EntityManager } from 'typeorm';
import { selectRows } from './bulk.js';
import { ImportAlreadyRunning } from './errors.js';

/** A number of our own for PostgreSQL's advisory locks. */
const shopLock = 7_140_210;

export async function readShopState(dataSource: DataSource, key: string): Promise<unknown> {
  const [row] = await selectRows<{ value: unknown }>(
    dataSource.manager,
    'SELECT value FROM shop_state WHERE key = $1',
    [key],
  );
  return row?.value;
}

/** Written in the transaction whose success it tells of. */
export async function writeShopState(manager: EntityManager, key: string, value: object): Promise<void> {
  await manager.query(
    `INSERT INTO shop_state (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [key, JSON.stringify(value)],
  );
}

/**
 * Runs the work while no other process imports or seeds. The lock belongs to a connection, so that PostgreSQL itself
 * lets go of it when the process is killed.
 */
export async function withShopLock<Result>(
  dataSource: DataSource,
  work: () => Promise<Result>,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    const [lock] = await selectRows<{ free: boolean }>(runner, 'SELECT pg_try_advisory_lock($1) AS free', [
      shopLock,
    ]);
    if (lock?.free !== true) throw new ImportAlreadyRunning();
    try {
      return await work();
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [shopLock]);
    }
  } finally {
    await runner.release();
  }
}
