/**
 * Publishes the committed changes that nobody else will: those of foreign writers, and those of a process that died between
 * its commit and its publishing.
 *
 * The table is drained and not read past a position, so nothing can be overtaken: a row that is not visible yet, because its
 * transaction is open, is found by a later look, whatever its number. A batch is deleted, published and only then committed:
 * whoever dies in between gives it back. Rows that another relay holds are skipped, so two never publish the same ones
 * together.
 */
import type { PlatformLogger } from '@app/platform';
import type { DataSource, EntityManager } from 'typeorm';
import { toRowChange, type RecordedChange } from '../core/recorded-change.js';
import { publishingApplicationPrefix, type RowChangePublisher } from '../core/row-change-publisher.js';

const batchSize = 500;
/** Milliseconds between looks: as long as a foreign writer's change may stay untold. A look takes some 70 µs of CPU. */
const pauseMs = 100;
/** Milliseconds between looks while PostgreSQL or the log is away, at most: well within the time that a writer is sent past caches. */
const longestPauseMs = 500;
/**
 * Milliseconds that a process has to publish its own commits; counted from the writing of the row, so a slower transaction's
 * rows may be told twice, which changes nothing.
 */
const graceMs = 500;
/** Milliseconds after which PostgreSQL takes a batch back from a relay that neither commits nor dies. */
const longestPublishMs = 5_000;

const due = `(NOT starts_with(application_name, '${publishingApplicationPrefix}')
        OR recorded_at < clock_timestamp() - interval '${graceMs} milliseconds')`;

const probe = `SELECT FROM row_changes WHERE ${due} LIMIT 1`;

const take = `
  DELETE FROM row_changes
   WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM row_changes WHERE ${due} LIMIT ${batchSize} FOR UPDATE SKIP LOCKED))
  RETURNING table_name AS "table", kind, changed, before::text AS before, after::text AS after`;

/** A deletion that a crash forgets is only told twice, so nobody waits for the disk. */
const prepare = `
  SELECT set_config('idle_in_transaction_session_timeout', '${longestPublishMs}ms', true),
         set_config('synchronous_commit', 'off', true)`;

export class RowChangeRelay {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #pauseMs = pauseMs;
  #isFailing = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly publisher: RowChangePublisher,
    private readonly logger: Pick<PlatformLogger, 'error'>,
  ) {}

  start(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Publishes what is due now. @returns how many rows; rejects when PostgreSQL or the log is away. */
  async relayDue(): Promise<number> {
    let relayed = 0;
    while (!this.#isStopped && (await this.#hasDue())) {
      const count = await this.dataSource.transaction((manager) => this.#relayBatch(manager));
      if (count === 0) break; // another relay holds them
      relayed += count;
    }
    return relayed;
  }

  async #hasDue(): Promise<boolean> {
    return (await this.dataSource.query<unknown[]>(probe)).length > 0;
  }

  async #relayBatch(manager: EntityManager): Promise<number> {
    await manager.query(prepare);
    const [rows] = await manager.query<[RecordedChange[], number]>(take);
    if (rows.length > 0) await this.publisher.publish(rows.map(toRowChange));
    return rows.length;
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => {
        this.#running = undefined;
        this.#schedule(this.#pauseMs);
      });
    }, delayMs);
  }

  async #look(): Promise<void> {
    try {
      await this.relayDue();
      this.#isFailing = false;
      this.#pauseMs = pauseMs;
    } catch (error) {
      // Whatever was taken is given back; only the first failure of a row of them is worth a line.
      if (!this.#isFailing) this.logger.error('row changes could not be relayed', { err: error });
      this.#isFailing = true;
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    }
  }
}
