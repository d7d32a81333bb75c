import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EntityManager } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { DomainEvent } from '../core/domain-event.js';
import type { OutboxConsumer } from '../core/outbox-store.js';
import { claimOutboxHistory, isBehindStream, renewEpoch } from './outbox-history.js';
import { appendToOutbox, PostgresOutboxStore } from './postgres-outbox.js';

class Collector implements OutboxConsumer<EntityManager> {
  readonly seen: unknown[] = [];

  constructor(readonly name: string) {}

  async consume(events: readonly DomainEvent[]): Promise<void> {
    this.seen.push(...events.map(({ payload }) => payload['name']));
  }
}

describe(claimOutboxHistory, () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
    await claimOutboxHistory(database.dataSource);
  });
  afterEach(() => database.drop());

  /** As a dump leaves it: rows and places of a server that had counted far beyond this one. */
  async function restoreFromElsewhere(places: Readonly<Record<string, string>>): Promise<void> {
    const far = 2n ** 40n;
    for (const [name, xid] of [
      ['a', far],
      ['c', far + 7n],
      ['b', far + 2n],
      ['d', far + 7n],
    ] as const) {
      await database.dataSource.query(
        `INSERT INTO outbox (xid, topic, aggregate, payload) VALUES ($1::text::xid8, 'test', 'test:1', $2)`,
        [String(xid), JSON.stringify({ name })],
      );
    }
    for (const [consumer, after] of Object.entries(places)) {
      await database.dataSource.query(
        `INSERT INTO outbox_consumers (name, xid, id) SELECT $1, xid, id FROM outbox WHERE payload->>'name' = $2`,
        [consumer, after],
      );
    }
    await database.dataSource.query(`UPDATE outbox_epoch SET origin = 'another server'`);
  }

  async function expectToRead(consumer: string, expected: readonly unknown[]): Promise<void> {
    const store = new PostgresOutboxStore(database.dataSource);
    const collector = new Collector(consumer);
    await vi.waitFor(
      async () => {
        await store.consumeBatch(collector);
        expect(collector.seen).toEqual(expected);
      },
      { timeout: 30_000 },
    );
  }

  const append = async (name: string) =>
    database.dataSource.transaction((manager) =>
      appendToOutbox(manager, { topic: 'test', aggregate: 'test:1', payload: { name } }),
    );

  it('keeps the epoch on the server where it began', async () => {
    const first = await claimOutboxHistory(database.dataSource);
    expect(first.hasMoved).toBe(false);
    expect(await claimOutboxHistory(database.dataSource)).toEqual(first);
  });

  it('gives every reader what he had not read, in order, and what comes after it', async () => {
    await restoreFromElsewhere({ ahead: 'c', behind: 'a', done: 'd' });
    expect((await claimOutboxHistory(database.dataSource)).hasMoved).toBe(true);
    await append('new');
    await expectToRead('ahead', ['d', 'new']);
    await expectToRead('behind', ['b', 'c', 'd', 'new']);
    await expectToRead('done', ['new']);
  });

  it('begins another epoch, once for all nodes that start together', async () => {
    const before = await claimOutboxHistory(database.dataSource);
    await restoreFromElsewhere({ reader: 'd' });
    const claims = await Promise.all([1, 2, 3].map(() => claimOutboxHistory(database.dataSource)));
    expect(claims.filter(({ hasMoved }) => hasMoved)).toHaveLength(1);
    expect(new Set(claims.map(({ epoch }) => epoch)).size).toBe(1);
    expect(claims[0]?.epoch).not.toBe(before.epoch);
  });

  it('knows a database that was put back by a stream that goes beyond it, and begins another epoch once', async () => {
    const { dataSource } = database;
    const behind = (xid: bigint, id = 1n) => isBehindStream(dataSource, 'bus', { xid, id });
    expect(await behind(7n)).toBe(true);
    await dataSource.query(`INSERT INTO outbox_consumers (name, xid, id) VALUES ('bus', '7', 1)`);
    expect(await behind(7n)).toBe(false);
    expect(await behind(8n)).toBe(true);
    // Written to the stream by a relay that died before it kept its place.
    const [{ id }] = await dataSource.query<[{ id: string }]>(
      `INSERT INTO outbox (xid, topic, aggregate, payload) VALUES ('8', 'test', 'test:1', '{}') RETURNING id`,
    );
    expect(await behind(8n, BigInt(id))).toBe(false);
    const { epoch } = await claimOutboxHistory(dataSource);
    const [one, other] = await Promise.all([renewEpoch(dataSource, epoch), renewEpoch(dataSource, epoch)]);
    expect(one).toBe(other);
    expect(one).not.toBe(epoch);
  });
});
