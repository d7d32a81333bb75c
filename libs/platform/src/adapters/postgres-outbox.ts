/** Writes events beside the rows they speak of, and reads them back in the one order that loses none. */
import type { DataSource, EntityManager } from 'typeorm';
import type { DomainEvent, NewDomainEvent } from '../core/domain-event.js';
import { OutboxOutsideTransaction } from '../core/errors.js';
import { originPosition, type OutboxPosition } from '../core/outbox-position.js';
import type { BatchOutcome, OutboxConsumer, OutboxStore } from '../core/outbox-store.js';

const batchSize = 500;

interface OutboxRow {
  readonly xid: string;
  readonly id: string;
  readonly topic: string;
  readonly aggregate: string;
  readonly payload: Record<string, unknown>;
  readonly occurred_at_ms: string;
}

/** @throws OutboxOutsideTransaction when `manager` has no open transaction. */
export async function appendToOutbox(
  manager: EntityManager,
  ...events: readonly NewDomainEvent[]
): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  if (manager.queryRunner?.isTransactionActive !== true) throw new OutboxOutsideTransaction(first.topic);
  await manager.query(
    `INSERT INTO outbox (topic, aggregate, payload)
     SELECT topic, aggregate, payload::jsonb
       FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS event (topic, aggregate, payload, place)
      ORDER BY place`,
    [
      events.map((event) => event.topic),
      events.map((event) => event.aggregate),
      events.map((event) => JSON.stringify(event.payload)),
    ],
  );
}

/** The next events after a position, all of them safely below every transaction that is still open. */
async function readAfter(manager: EntityManager, after: OutboxPosition): Promise<DomainEvent[]> {
  const rows = await manager.query<OutboxRow[]>(
    `SELECT xid::text, id::text, topic, aggregate, payload,
            floor(extract(epoch FROM occurred_at) * 1000)::text AS occurred_at_ms
       FROM outbox
      WHERE (xid, id) > ($1::text::xid8, $2::bigint)
        AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY outbox.xid, outbox.id
      LIMIT $3`,
    [String(after.xid), String(after.id), batchSize],
  );
  return rows.map((row) => ({
    position: { xid: BigInt(row.xid), id: BigInt(row.id) },
    topic: row.topic,
    aggregate: row.aggregate,
    payload: row.payload,
    occurredAtMs: Number(row.occurred_at_ms),
  }));
}

async function tryLock(manager: EntityManager, name: string): Promise<boolean> {
  const [row] = await manager.query<{ locked: boolean }[]>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('outbox consumer ' || $1, 0)) AS locked`,
    [name],
  );
  return row?.locked === true;
}

async function readPlace(manager: EntityManager, name: string): Promise<OutboxPosition> {
  const [row] = await manager.query<{ xid: string; id: string }[]>(
    'SELECT xid::text, id::text FROM outbox_consumers WHERE name = $1',
    [name],
  );
  return row === undefined ? originPosition : { xid: BigInt(row.xid), id: BigInt(row.id) };
}

async function keepPlace(manager: EntityManager, name: string, place: OutboxPosition): Promise<void> {
  await manager.query(
    `INSERT INTO outbox_consumers (name, xid, id) VALUES ($1, $2::text::xid8, $3)
     ON CONFLICT (name) DO UPDATE SET xid = excluded.xid, id = excluded.id, updated_at = now()`,
    [name, String(place.xid), String(place.id)],
  );
}

export class PostgresOutboxStore implements OutboxStore<EntityManager> {
  constructor(private readonly dataSource: DataSource) {}

  async enrol(name: string): Promise<void> {
    await this.dataSource.query('INSERT INTO outbox_consumers (name) VALUES ($1) ON CONFLICT DO NOTHING', [
      name,
    ]);
  }

  async consumeBatch(consumer: OutboxConsumer<EntityManager>): Promise<BatchOutcome> {
    return this.dataSource.transaction(async (manager) => {
      if (!(await tryLock(manager, consumer.name))) return { kind: 'busy' };
      const events = await readAfter(manager, await readPlace(manager, consumer.name));
      const last = events.at(-1);
      if (last === undefined) return { kind: 'consumed', count: 0 };
      await consumer.consume(events, manager);
      await keepPlace(manager, consumer.name, last.position);
      return { kind: 'consumed', count: events.length };
    });
  }

  async prune(retentionMs: number): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `DELETE FROM outbox
        WHERE occurred_at < now() - $1 * interval '1 millisecond'
          AND (xid, id) <= (SELECT xid, id FROM outbox_consumers ORDER BY xid, id LIMIT 1)`,
      [retentionMs],
    );
    return count;
  }
}
