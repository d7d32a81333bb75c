import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EntitySchema, type DataSource, type EntityManager } from 'typeorm';
import type { CommitPublisher } from '../core/row-change-publisher.js';
import type { RowChange } from '../core/row-change.js';
import { aNode, createRecordingDatabase, type RecordingDatabase } from '../testing/recorded-changes.js';
import { RowChangeCollector } from './row-change-collector.js';
import { trackTable } from './tracked-table.js';

class Log implements CommitPublisher {
  published: RowChange[] = [];
  failed: RowChange[] = [];
  isAway = false;

  async publish(changes: readonly RowChange[]): Promise<void> {
    await new Promise(setImmediate); // as a network would, it answers later
    if (this.isAway) throw new Error('the log is away');
    this.published.push(...changes);
  }

  onPublishFailed(changes: readonly RowChange[]): void {
    this.failed.push(...changes);
  }

  takeIds(): unknown[] {
    return this.published
      .splice(0)
      .map((change) => (change.kind === 'insert' ? change.after['id'] : change.kind));
  }
}

const insert = (manager: EntityManager | DataSource, id: number) =>
  manager.query('INSERT INTO things (id) VALUES ($1)', [id]);

describe(RowChangeCollector.name, () => {
  let database: RecordingDatabase;
  let node: DataSource;
  let log: Log;
  let collector: RowChangeCollector;

  beforeAll(async () => {
    database = await createRecordingDatabase();
    const runner = database.dataSource.createQueryRunner();
    await runner.query(`
      CREATE TABLE things (id integer PRIMARY KEY, name text);
      CREATE TABLE untracked (id integer PRIMARY KEY);
      CREATE TABLE unique_at_last (id integer PRIMARY KEY, n integer UNIQUE DEFERRABLE INITIALLY DEFERRED);
      CREATE FUNCTION write_thing() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO things VALUES (NEW.id + 1000); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON untracked DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION write_thing()`);
    await trackTable(runner, 'things');
    await trackTable(runner, 'unique_at_last');
    await runner.release();
    node = await database.connect(aNode());
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    log = new Log();
    collector = new RowChangeCollector(node, log);
    node.subscribers.splice(0, Infinity, collector);
  });
  afterEach(async () => {
    await collector.settled();
    await database.dataSource.query('TRUNCATE things, untracked, unique_at_last');
    await database.takeRecorded();
  });

  it('has published a transaction when its promise resolves, and not before it is committed', async () => {
    await node.transaction(async (manager) => {
      await insert(manager, 1);
      await insert(manager, 2);
      expect(log.published).toEqual([]);
    });
    expect(log.takeIds()).toEqual([1, 2]);
  });

  it('deletes what it published, and only that', async () => {
    await insert(database.dataSource, 50);
    await Promise.all(
      Array.from({ length: 20 }, (_, id) => node.transaction((manager) => insert(manager, id))),
    );
    await collector.settled();
    expect(await database.takeRecorded()).toMatchObject([{ after: { id: 50 } }]);
  });

  it('publishes nothing of a transaction that is rolled back', async () => {
    const failing = node.transaction(async (manager) => {
      await insert(manager, 1);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    await node.transaction((manager) => insert(manager, 2));
    expect(log.takeIds()).toEqual([2]);
  });

  it('publishes nothing of a transaction whose commit fails', async () => {
    const failing = node.transaction((manager) =>
      manager.query('INSERT INTO unique_at_last VALUES (1, 1), (2, 1)'),
    );
    await expect(failing).rejects.toThrow('unique');
    expect(log.published).toEqual([]);
    expect(await database.countRecorded()).toBe(0);
  });

  it('refuses to commit a transaction that PostgreSQL would silently roll back', async () => {
    const failing = node.transaction(async (manager) => {
      await insert(manager, 1);
      await manager.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(failing).rejects.toThrow('aborted');
    expect(log.published).toEqual([]);
  });

  it('publishes at the outermost commit, without what a savepoint took back', async () => {
    await node.transaction(async (outer) => {
      await outer.transaction((inner) => insert(inner, 1));
      expect(log.published).toEqual([]);
      await outer
        .transaction(async (inner) => {
          await insert(inner, 2);
          throw new Error('only the inner one');
        })
        .catch(() => undefined);
      await insert(outer, 3);
    });
    expect(log.takeIds()).toEqual([1, 3]);
  });

  it('publishes what deferred triggers write at the very end', async () => {
    await node.transaction((manager) => manager.query('INSERT INTO untracked VALUES (1)'));
    expect(log.takeIds()).toEqual([1001]);
  });

  it('publishes each of 20 parallel writers to itself', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        for (let round = 0; round < 10; round += 1) {
          const id = writer * 10 + round;
          if (round % 2 === 0) await node.transaction((manager) => insert(manager, id));
          else await insert(node, id);
          expect(log.published).toContainEqual({
            kind: 'insert',
            table: 'things',
            after: { id, name: null },
          });
        }
      }),
    );
    await collector.settled();
    expect(await database.countRecorded()).toBe(0);
  });

  it('has published a statement without a transaction when it resolves', async () => {
    await insert(node, 1);
    expect(log.takeIds()).toEqual([1]);
    await node.query('WITH renamed AS (UPDATE things SET name = $1 RETURNING id) SELECT id FROM renamed', [
      'a',
    ]);
    expect(log.takeIds()).toEqual(['update']);
    await node.query('DELETE FROM things; INSERT INTO things (id) VALUES (5)');
    expect(log.takeIds()).toEqual(['delete', 5]);
    const runner = node.createQueryRunner();
    await runner.query('BEGIN');
    await insert(runner.manager, 6);
    expect(log.published).toEqual([]);
    await runner.query('COMMIT');
    await runner.release();
    expect(log.takeIds()).toEqual([6]);
  });

  it('publishes what repositories and query builders write', async () => {
    const Thing = new EntitySchema<{ id: number; name: string }>({
      name: 'things',
      columns: { id: { type: Number, primary: true }, name: { type: String, nullable: true } },
    });
    const entities = await database.connect(aNode());
    entities.setOptions({ entities: [Thing] });
    await Reflect.get(entities, 'buildMetadatas').call(entities);
    const own = new RowChangeCollector(entities, log);
    entities.subscribers.splice(0, Infinity, own);
    await entities.getRepository(Thing).save({ id: 1, name: 'saved' });
    expect(log.takeIds()).toEqual([1]);
    await entities.createQueryBuilder().update(Thing).set({ name: 'built' }).where({ id: 1 }).execute();
    expect(log.takeIds()).toEqual(['update']);
    await entities.getRepository(Thing).delete(1);
    expect(log.takeIds()).toEqual(['delete']);
    await own.settled();
  });

  it('tells a transaction of very many rows by its tables', async () => {
    await node.transaction(async (manager) => {
      for (let batch = 0; batch < 11; batch += 1)
        await manager.query('INSERT INTO things SELECT n FROM generate_series($1::integer, $1 + 499) n', [
          batch * 500,
        ]);
    });
    expect(log.published).toEqual([{ kind: 'table', table: 'things' }]);
    await collector.settled();
    expect(await database.countRecorded()).toBe(0);
  });

  it('keeps the rows and lets the writer go on when the log is away', async () => {
    log.isAway = true;
    await node.transaction((manager) => insert(manager, 1));
    await insert(node, 2);
    expect(log.failed).toMatchObject([{ after: { id: 1 } }, { after: { id: 2 } }]);
    await collector.settled();
    expect(await database.countRecorded()).toBe(2);
  });

  it('asks for nothing behind a statement that only reads', async () => {
    const statements: string[] = [];
    node.subscribers.push({ beforeQuery: ({ query }) => void statements.push(query) });
    await node.query('SELECT * FROM things');
    expect(statements).toEqual(['SELECT * FROM things']);
  });
});
