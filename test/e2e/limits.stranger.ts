/** A stranger's session in the test's database: it holds what everybody wants, and sees who waits for it. */
import pg from 'pg';
import { vi } from 'vitest';
import { patiently } from '../support/patiently.js';

export class Stranger {
  private constructor(private readonly session: pg.Client) {}

  static async in(databaseUrl: string): Promise<Stranger> {
    const session = new pg.Client({ connectionString: databaseUrl });
    await session.connect();
    return new Stranger(session);
  }

  /** Nobody reads or changes stock until it is released. */
  async holdStock(): Promise<void> {
    await this.session.query('BEGIN; LOCK TABLE stock_levels IN ACCESS EXCLUSIVE MODE');
  }

  async release(): Promise<void> {
    await this.session.query('ROLLBACK');
  }

  async leave(): Promise<void> {
    await this.session.end();
  }

  /** Statements that wait for a lock. */
  async waiting(): Promise<number> {
    // Inside a transaction PostgreSQL goes on showing what it showed first.
    await this.session.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await this.session.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.count ?? 0;
  }

  async untilWaiting(count: number): Promise<void> {
    await vi.waitFor(async () => {
      const waiting = await this.waiting();
      if (waiting !== count) throw new Error(`${waiting} statements wait instead of ${count}.`);
    }, patiently);
  }
}
