import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EntityManager, QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { DomainEvent } from '../core/domain-event.js';
import { OutboxOutsideTransaction } from '../core/errors.js';
import type { OutboxConsumer } from '../core/outbox-store.js';
import { appendToOutbox, PostgresOutboxStore } from './postgres-outbox.js';

const about = (name: string) => ({ topic: 'test.happened', aggregate: 'test:1', payload: { name } });

class Collector implements OutboxConsumer<EntityManager> {
  readonly name = 'collector';
  readonly seen: unknown[] = [];

  async consume(events: readonly DomainEvent[]): Promise<void> {
    this.seen.push(...events.map(({ payload }) => payload['name']));
  }
}

describe(PostgresOutboxStore.name, () => {
  let database: TestDatabase;
  let store: PostgresOutboxStore;
  let open: QueryRunner[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    store = new PostgresOutboxStore(database.dataSource);
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    for (const runner of open) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
    open = [];
    await database.dataSource.query('TRUNCATE outbox, outbox_consumers');
  });

  async function begin(): Promise<QueryRunner> {
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    open.push(runner);
    return runner;
  }

  /** The horizon is the whole server's: transactions of tests beside this one may hold it back for a while. */
  async function expectToRead(expected: readonly unknown[], collector = new Collector()): Promise<void> {
    await vi.waitFor(
      async () => {
        await store.consumeBatch(collector);
        expect(collector.seen).toEqual(expected);
      },
      { timeout: 30_000 },
    );
  }

  async function append(name: string): Promise<void> {
    await database.dataSource.transaction((manager) => appendToOutbox(manager, about(name)));
  }

  it('refuses an event outside a transaction', async () => {
    await expect(appendToOutbox(database.dataSource.manager, about('x'))).rejects.toThrow(
      OutboxOutsideTransaction,
    );
  });

  it('forgets the events of a transaction that is rolled back', async () => {
    const runner = await begin();
    await appendToOutbox(runner.manager, about('never'));
    await runner.rollbackTransaction();
    await append('always');
    await expectToRead(['always']);
  });

  it('keeps the order of the events of one transaction', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `event ${at}`);
    await database.dataSource.transaction((manager) => appendToOutbox(manager, ...names.map(about)));
    await expectToRead(names);
  });

  it('never passes an older transaction that is still open', async () => {
    const slow = await begin();
    await appendToOutbox(slow.manager, about('slow'));
    await append('fast');
    const collector = new Collector();
    expect(await store.consumeBatch(collector)).toEqual({ kind: 'consumed', count: 0 });
    await slow.commitTransaction();
    await expectToRead(['slow', 'fast'], collector);
  });

  it('gives an event to a consumer once', async () => {
    await append('once');
    const collector = new Collector();
    await expectToRead(['once'], collector);
    expect(await store.consumeBatch(collector)).toEqual({ kind: 'consumed', count: 0 });
    expect(collector.seen).toEqual(['once']);
  });

  it('keeps the place when a consumer fails, and undoes what it wrote', async () => {
    await append('again');
    await database.dataSource.query('CREATE TABLE IF NOT EXISTS effects (name text)');
    let attempts = 0;
    const failing: OutboxConsumer<EntityManager> = {
      name: 'failing',
      consume: async ([event], manager) => {
        attempts += 1;
        await manager.query('INSERT INTO effects VALUES ($1)', [event?.payload['name']]);
        if (attempts === 1) throw new Error('died halfway');
      },
    };
    await vi.waitFor(() => expect(store.consumeBatch(failing)).rejects.toThrow('died halfway'), {
      timeout: 30_000,
    });
    await store.consumeBatch(failing);
    expect(await database.dataSource.query('SELECT name FROM effects')).toEqual([{ name: 'again' }]);
  });

  it('lets one node at a time read for a consumer', async () => {
    await append('mine');
    const runner = await begin();
    await runner.query(`SELECT pg_advisory_xact_lock(hashtextextended('outbox consumer collector', 0))`);
    expect(await store.consumeBatch(new Collector())).toEqual({ kind: 'busy' });
  });

  it('keeps old events for a consumer that has not got through its first batch', async () => {
    await append('waited for');
    await store.enrol('still failing');
    await expectToRead(['waited for']);
    await database.dataSource.query(`UPDATE outbox SET occurred_at = now() - interval '2 days'`);
    expect(await store.prune(86_400_000)).toBe(0);
  });

  it('prunes what is old and passed by every consumer, and nothing else', async () => {
    await append('old');
    await expectToRead(['old']);
    await append('old but not passed');
    await database.dataSource.query(`UPDATE outbox SET occurred_at = now() - interval '2 days'`);
    expect(await store.prune(86_400_000)).toBe(1);
    expect(await database.dataSource.query(`SELECT payload->>'name' AS name FROM outbox`)).toEqual([
      { name: 'old but not passed' },
    ]);
  });
});
