/**
 * Publishes what this process committed before the writer hears that it has: register it by `dataSource.subscribers.push()`
 * when the migrations have run.
 *
 * TypeORM awaits its subscribers before COMMIT, after COMMIT and after each statement (PostgresQueryRunner.commitTransaction
 * and query, TypeORM 1.1). So a transaction's rows are read as its last statement and published as soon as it is committed; a
 * statement without a transaction is committed when it returns, and its rows are read right behind it on the same connection.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { outsideRequest } from '@app/platform';
import type {
  AfterQueryEvent,
  DataSource,
  EntitySubscriberInterface,
  QueryRunner,
  TransactionCommitEvent,
  TransactionRollbackEvent,
} from 'typeorm';
import { toRowChange, type RecordedChange } from '../core/recorded-change.js';
import type { CommitPublisher } from '../core/row-change-publisher.js';
import { mayHaveWritten } from '../core/writing-statement.js';

interface OwnRow extends RecordedChange {
  readonly xid: string;
  readonly id: string;
}

const changesOf = (transaction: string) => `
  SELECT of_xid AS xid, of_id::text AS id, of_table AS "table", of_kind AS kind, columns AS changed, old_image AS before,
         new_image AS after
    FROM swiftlet_changes_of(${transaction})`;

const ofThisTransaction = changesOf('pg_current_xact_id_if_assigned()');
/**
 * The number that the trigger left in the connection. It may be an older one, whose rows are then gone or come twice. Nothing
 * while a transaction is open that was begun by hand: its changes are told behind its COMMIT.
 */
const ofLastTransaction = changesOf(`CASE WHEN pg_current_xact_id_if_assigned() IS NULL
           THEN nullif(current_setting('swiftlet.last_xid', true), '')::xid8 END`);

/** Need not survive a crash, which only makes the changes come twice: nobody waits for the disk. */
const forget = `
  DELETE FROM row_changes r
   USING unnest($1::text[], $2::bigint[]) AS told (xid, id), (SELECT set_config('synchronous_commit', 'off', true)) lax
   WHERE r.xid = told.xid::xid8 AND r.id <= told.id`;

export class RowChangeCollector implements EntitySubscriberInterface {
  readonly #committing = new WeakMap<QueryRunner, readonly OwnRow[]>();
  /** The last row of each transaction that is published and not yet deleted. */
  #told: OwnRow[] = [];
  #forgetting: Promise<void> | undefined;
  /** Work after the commit belongs to no request: an aborted one must not cancel it. */
  readonly #outsideRequest = AsyncLocalStorage.snapshot();

  constructor(
    private readonly dataSource: DataSource,
    private readonly publisher: CommitPublisher,
  ) {}

  async beforeTransactionCommit({ queryRunner }: TransactionCommitEvent): Promise<void> {
    if (!isOutermost(queryRunner)) return;
    this.#committing.set(queryRunner, await queryRunner.manager.query<OwnRow[]>(ofThisTransaction));
  }

  /** Must not fail: the transaction is committed, and its writer would take it for rolled back. */
  async afterTransactionCommit({ queryRunner }: TransactionCommitEvent): Promise<void> {
    const rows = this.#committing.get(queryRunner);
    if (rows === undefined) return;
    this.#committing.delete(queryRunner);
    await this.#publish(rows);
  }

  async afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): Promise<void> {
    this.#committing.delete(queryRunner);
  }

  /** As little able to fail as the statement that has succeeded; what cannot be read is the relay's. */
  afterQuery(event: AfterQueryEvent): Promise<void> | undefined {
    const { queryRunner, query } = event;
    if (!event.success || queryRunner.isTransactionActive || query === forget) return undefined;
    if (!mayHaveWritten(query, event.rawResults)) return undefined;
    return this.#outsideRequest(async () => {
      const rows = await queryRunner.manager.query<OwnRow[]>(ofLastTransaction).catch(() => []);
      await this.#publish(rows);
    });
  }

  /** Resolves when everything published so far is deleted, or could not be. */
  async settled(): Promise<void> {
    await this.#forgetting;
  }

  async #publish(rows: readonly OwnRow[]): Promise<void> {
    const last = rows.at(-1);
    if (last === undefined) return;
    const changes = rows.map(toRowChange);
    try {
      // An aborted request must not cancel it; the answer that is being made shall still know what it has written.
      await outsideRequest(() => this.publisher.publish(changes));
    } catch (error) {
      this.publisher.onPublishFailed(changes, error);
      return;
    }
    this.#told.push(last);
    this.#forgetting ??= this.#outsideRequest(() => this.#forget());
  }

  /** One statement at a time takes along what was published meanwhile; what it fails to delete, the relay publishes again. */
  async #forget(): Promise<void> {
    while (this.#told.length > 0) {
      const told = this.#told;
      this.#told = [];
      await this.dataSource
        .query(forget, [told.map(({ xid }) => xid), told.map(({ id }) => id)])
        .catch(() => undefined);
    }
    this.#forgetting = undefined;
  }
}

/** Inside a nested transaction a commit only releases a savepoint, and a rollback may still follow. */
function isOutermost(runner: QueryRunner): boolean {
  return Reflect.get(runner, 'transactionDepth') === 1;
}
