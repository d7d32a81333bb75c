import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { findAppError } from '../core/app-error.js';
import { RequestAborted } from '../core/errors.js';
import { runInRequest } from '../core/request-context.js';

/** TypeORM wraps what its driver throws. */
const isRequestAborted = (error: unknown) => findAppError(error) instanceof RequestAborted;

function inRequest<T>(work: () => Promise<T>): { abort: () => void; outcome: Promise<T> } {
  const controller = new AbortController();
  const outcome = runInRequest({ requestId: 'test', signal: controller.signal }, work);
  return { abort: () => controller.abort(), outcome };
}

describe('cancellablePg', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function running(sql: string): Promise<number> {
    const [row] = await database.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()`,
      [`%${sql}%`],
    );
    return row?.count ?? 0;
  }

  it('cancels a running statement inside PostgreSQL when its request is aborted', async () => {
    const { abort, outcome } = inRequest(() =>
      database.dataSource.query('SELECT pg_sleep(60) AS sleeper_one'),
    );
    await vi.waitFor(async () => expect(await running('sleeper_one')).toBe(1));
    abort();
    await expect(outcome).rejects.toSatisfy(isRequestAborted);
    expect(await running('sleeper_one')).toBe(0);
  });

  it('starts no statement for a request that is aborted', async () => {
    const aborted = { requestId: 'test', signal: AbortSignal.abort() };
    const outcome = runInRequest(aborted, () => database.dataSource.query('SELECT 1'));
    await expect(outcome).rejects.toSatisfy(isRequestAborted);
  });

  it('rolls an aborted transaction back and gives its connection back in order', async () => {
    await database.dataSource.query('CREATE TABLE kept (name text)');
    const { abort, outcome } = inRequest(() =>
      database.dataSource.transaction(async (manager) => {
        await manager.query(`INSERT INTO kept VALUES ('never')`);
        await manager.query('SELECT pg_sleep(60) AS sleeper_two');
      }),
    );
    await vi.waitFor(async () => expect(await running('sleeper_two')).toBe(1));
    abort();
    await expect(outcome).rejects.toSatisfy(isRequestAborted);
    expect(await database.dataSource.query('SELECT * FROM kept')).toEqual([]);
  });

  it('leaves statements of other requests alone', async () => {
    const aborted = inRequest(() => database.dataSource.query('SELECT pg_sleep(60) AS sleeper_three'));
    const other = inRequest(() => database.dataSource.query('SELECT pg_sleep(0.3) AS sleeper_four'));
    await vi.waitFor(async () => expect(await running('sleeper_three')).toBe(1));
    aborted.abort();
    await expect(aborted.outcome).rejects.toSatisfy(isRequestAborted);
    await expect(other.outcome).resolves.toHaveLength(1);
  });
});
