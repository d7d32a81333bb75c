/**
 * Notices at start that the database has moved to another server, and carries the outbox over.
 *
 * Positions begin with transaction numbers, which belong to one PostgreSQL cluster. A dump that is restored into another one
 * brings its rows and the places of its readers along, but new transactions there may count from lower numbers: their events
 * would sort below the kept places, and nobody would ever read them.
 */
import type { DataSource, EntityManager } from 'typeorm';
import type { OutboxPosition } from '../core/outbox-position.js';

export interface OutboxHistory {
  /** Names this history of events; a stream kept elsewhere under another epoch is not continued. */
  readonly epoch: string;
  /** True when it was carried over just now. */
  readonly hasMoved: boolean;
}

/** The history holds more unread transactions than the new server has counted so far. */
export class OutboxHistoryTooLong extends Error {
  readonly code = 'OUTBOX_HISTORY_TOO_LONG';

  constructor(unread: string, newest: string) {
    super(
      `The outbox has unread events of ${unread} transactions from another PostgreSQL server, and this one has counted ` +
        `only ${newest}; start the application on the old server until they are read, then dump it again.`,
    );
    this.name = 'OutboxHistoryTooLong';
  }
}

interface KnownHistory {
  readonly epoch: string;
  readonly origin: string | null;
  readonly here: string;
}

/** Cluster and database: a copy made by `CREATE DATABASE … TEMPLATE` is another history as well. */
const originSql = `(SELECT system_identifier FROM pg_control_system()) || '/' ||
  (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Locked, so that of nodes that start together one carries over and the others find it done. */
async function lockHistory(manager: EntityManager): Promise<KnownHistory> {
  const [row] = await manager.query<KnownHistory[]>(
    `SELECT epoch, origin, ${originSql} AS here FROM outbox_epoch FOR UPDATE`,
  );
  if (row === undefined)
    throw new Error('Table outbox_epoch is empty; run the migrations on an empty schema.');
  return row;
}

/** Numbers the unread transactions anew from 1, in their order, and moves every reader's place with them. */
async function renumber(manager: EntityManager): Promise<void> {
  await manager.query(`
    DELETE FROM outbox WHERE (xid, id) <= (SELECT xid, id FROM outbox_consumers ORDER BY xid, id LIMIT 1)`);
  const [row] = await manager.query<{ unread: string; newest: string; fits: boolean }[]>(`
    SELECT count(DISTINCT xid)::text AS unread, pg_current_xact_id()::text AS newest,
           count(DISTINCT xid)::numeric < pg_current_xact_id()::text::numeric AS fits
      FROM outbox`);
  if (row?.fits === false) throw new OutboxHistoryTooLong(row.unread, row.newest);
  await manager.query(`
    CREATE TEMPORARY TABLE outbox_ranks ON COMMIT DROP AS
      SELECT xid, id, dense_rank() OVER (ORDER BY xid) AS rank FROM outbox`);
  await manager.query(`
    UPDATE outbox_consumers c SET (xid, id) = (
      SELECT coalesce(max(last.rank), 0)::text::xid8, coalesce(max(last.id), 0)
        FROM (SELECT rank, r.id FROM outbox_ranks r
               WHERE (r.xid, r.id) <= (c.xid, c.id) ORDER BY r.xid DESC, r.id DESC LIMIT 1) last)`);
  await manager.query(`
    UPDATE outbox o SET xid = r.rank::text::xid8 FROM outbox_ranks r WHERE r.xid = o.xid AND r.id = o.id`);
}

/**
 * A database that was put back to an earlier state, by a snapshot or to a point in time, is the same to PostgreSQL; only a
 * stream that was written meanwhile tells. Its tail is then neither told of by `consumer` nor waiting in the outbox.
 */
export async function isBehindStream(
  dataSource: DataSource,
  consumer: string,
  tail: OutboxPosition,
): Promise<boolean> {
  const [row] = await dataSource.query<{ isbehind: boolean }[]>(
    `SELECT coalesce((SELECT (xid, id) < ($1::text::xid8, $2::bigint) FROM outbox_consumers WHERE name = $3), true)
        AND NOT EXISTS (SELECT FROM outbox WHERE xid = $1::text::xid8 AND id = $2::bigint) AS isbehind`,
    [String(tail.xid), String(tail.id), consumer],
  );
  return row?.isbehind === true;
}

/** Of nodes that ask together one renews it, and all get the same. @param epoch the one to be given up. */
export async function renewEpoch(dataSource: DataSource, epoch: string): Promise<string> {
  await dataSource.query('UPDATE outbox_epoch SET epoch = gen_random_uuid() WHERE epoch = $1', [epoch]);
  const [row] = await dataSource.query<{ epoch: string }[]>('SELECT epoch FROM outbox_epoch');
  return row?.epoch ?? epoch;
}

/** Call it before anybody reads the outbox. @throws OutboxHistoryTooLong */
export async function claimOutboxHistory(dataSource: DataSource): Promise<OutboxHistory> {
  return dataSource.transaction(async (manager) => {
    const { epoch, origin, here } = await lockHistory(manager);
    if (origin === here) return { epoch, hasMoved: false };
    if (origin === null) {
      await manager.query('UPDATE outbox_epoch SET origin = $1', [here]);
      return { epoch, hasMoved: false };
    }
    await renumber(manager);
    const [renewed] = await manager.query<[{ epoch: string }[], number]>(
      'UPDATE outbox_epoch SET epoch = gen_random_uuid(), origin = $1 RETURNING epoch',
      [here],
    );
    return { epoch: renewed[0]?.epoch ?? epoch, hasMoved: true };
  });
}
