import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { QueryRunner } from 'typeorm';
import type { RowChange, RowImage } from '../core/row-change.js';
import { createRecordingDatabase, type RecordingDatabase } from '../testing/recorded-changes.js';
import { trackTable, untrackTable } from './tracked-table.js';

let database: RecordingDatabase;
let runner: QueryRunner;

beforeAll(async () => {
  database = await createRecordingDatabase();
  runner = database.dataSource.createQueryRunner();
});
afterAll(async () => {
  await runner.release();
  await database.drop();
});
afterEach(() => database.takeRecorded());

const sql = (text: string, parameters?: unknown[]) => runner.manager.query<unknown>(text, parameters);

/** Runs one statement and returns what it recorded. */
async function recordedBy(text: string, parameters?: unknown[]): Promise<RowChange[]> {
  await database.takeRecorded();
  await sql(text, parameters);
  return database.takeRecorded();
}

const image = (id: number, name: string, rest: object = {}): RowImage => ({
  id,
  name,
  price: null,
  at: null,
  ...rest,
});

describe('recording changes of rows', () => {
  beforeAll(async () => {
    await sql(`CREATE TABLE things (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      price numeric,
      facts jsonb,
      body text NOT NULL DEFAULT '',
      words tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED,
      at timestamptz
    )`);
    await trackTable(runner, 'things', { leaveOut: ['body', 'words', 'facts'] });
  });
  afterEach(() => sql('TRUNCATE things RESTART IDENTITY'));

  it('tells an insert, an update and a delete with the images of the rows', async () => {
    expect(await recordedBy(`INSERT INTO things (name) VALUES ('a'), ('b')`)).toEqual([
      { kind: 'insert', table: 'things', after: image(1, 'a') },
      { kind: 'insert', table: 'things', after: image(2, 'b') },
    ]);
    expect(await recordedBy(`UPDATE things SET name = 'c', price = 5 WHERE id = 2`)).toEqual([
      {
        kind: 'update',
        table: 'things',
        before: image(2, 'b'),
        after: image(2, 'c', { price: 5 }),
        changed: ['name', 'price'],
      },
    ]);
    expect(await recordedBy('DELETE FROM things WHERE id = 1')).toEqual([
      { kind: 'delete', table: 'things', before: image(1, 'a') },
    ]);
  });

  it('names the columns that the images leave out when they change', async () => {
    await sql(`INSERT INTO things (name) VALUES ('a')`);
    const [change] = await recordedBy(`UPDATE things SET body = 'long text', facts = '{"a": 1}'`);
    expect(change).toMatchObject({
      kind: 'update',
      changed: ['body', 'facts', 'words'],
      after: image(1, 'a'),
    });
  });

  it('records nothing for statements that change nothing', async () => {
    await sql(`INSERT INTO things (name, price, facts) VALUES ('a', 1.50, '{"a": [1, 2]}')`);
    expect(
      await recordedBy('UPDATE things SET name = name, price = price + 0, facts = facts || facts'),
    ).toEqual([]);
    expect(await recordedBy('UPDATE things SET name = $1 WHERE false', ['x'])).toEqual([]);
    expect(await recordedBy('DELETE FROM things WHERE id < 0')).toEqual([]);
    expect(await recordedBy('INSERT INTO things (name) SELECT name FROM things WHERE false')).toEqual([]);
  });

  it('tells a change that equality does not see and an answer shows', async () => {
    await sql(`INSERT INTO things (name, price) VALUES ('a', 1.0)`);
    expect(await recordedBy('UPDATE things SET price = 1.00')).toMatchObject([{ changed: ['price'] }]);
    const [change] = await recordedBy(`UPDATE things SET facts = 'null'`);
    expect(change).toMatchObject({ kind: 'update', changed: expect.arrayContaining(['facts']) });
  });

  it('tells a changed primary key as a deletion and an insertion', async () => {
    await sql(`INSERT INTO things (name) VALUES ('a')`);
    const changes = await recordedBy('UPDATE things SET id = DEFAULT');
    expect(changes).toHaveLength(2);
    expect(changes).toContainEqual({ kind: 'delete', table: 'things', before: image(1, 'a') });
    expect(changes).toContainEqual({ kind: 'insert', table: 'things', after: image(2, 'a') });
  });

  it('tells what each half of an upsert did', async () => {
    await sql(`INSERT INTO things (name) VALUES ('a')`);
    const changes = await recordedBy(
      `INSERT INTO things (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'b'), (7, 'c')
       ON CONFLICT (id) DO UPDATE SET name = excluded.name`,
    );
    expect(changes.map(({ kind }) => kind).toSorted()).toEqual(['insert', 'update']);
  });

  it('tells TRUNCATE and more rows than are worth it as a change of the table', async () => {
    const whole = [{ kind: 'table', table: 'things' }];
    expect(
      await recordedBy(`INSERT INTO things (name) SELECT n::text FROM generate_series(1, 501) n`),
    ).toEqual(whole);
    expect(await recordedBy(`UPDATE things SET name = 'x'`)).toEqual(whole);
    expect(await recordedBy('DELETE FROM things')).toEqual(whole);
    expect(
      await recordedBy(`INSERT INTO things (name) SELECT n::text FROM generate_series(1, 500) n`),
    ).toHaveLength(500);
    expect(await recordedBy('TRUNCATE things')).toEqual(whole);
  });

  it('gives one value one image, whatever the settings of the writer', async () => {
    await sql(`INSERT INTO things (name, at) VALUES ('a', '2020-01-01T00:00:00Z')`);
    await sql(`SET TimeZone = 'Asia/Tokyo'; SET search_path = ''`);
    await sql(`UPDATE public.things SET at = '2020-01-01T12:00:00Z'`);
    await sql('RESET TimeZone; RESET search_path');
    const [, change] = await database.takeRecorded();
    expect(change).toMatchObject({
      table: 'things',
      before: { at: '2020-01-01T00:00:00+00:00' },
      after: { at: '2020-01-01T12:00:00+00:00' },
    });
  });

  it('keeps every digit of an identity beyond 2^53', async () => {
    const changes = await recordedBy(
      `INSERT INTO things (id, name) OVERRIDING SYSTEM VALUE VALUES (9007199254740993, 'a')`,
    );
    expect(changes).toMatchObject([{ after: { id: '9007199254740993' } }]);
  });

  it('tells a column that is added later', async () => {
    await sql(`INSERT INTO things (name) VALUES ('a')`);
    await sql('UPDATE things SET price = 1');
    await sql('ALTER TABLE things ADD COLUMN extra integer');
    expect(await recordedBy('UPDATE things SET extra = 3')).toMatchObject([{ changed: ['extra'] }]);
    await sql('ALTER TABLE things DROP COLUMN extra');
    expect(await recordedBy('UPDATE things SET price = 2')).toMatchObject([{ changed: ['price'] }]);
  });

  it('is not switched off by the setting that loaders use, nor by a writer without rights on it', async () => {
    await sql(`SET session_replication_role = replica`);
    expect(await recordedBy(`INSERT INTO things (name) VALUES ('a')`)).toHaveLength(1);
    await sql(`RESET session_replication_role`);
    const role = `swiftlet_test_writer_${process.pid}`;
    await sql(`CREATE ROLE ${role}; GRANT INSERT ON things TO ${role}; SET ROLE ${role}`);
    await sql(`INSERT INTO things (name) VALUES ('b')`);
    await sql(`RESET ROLE; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    expect(await database.takeRecorded()).toHaveLength(1);
  });

  it('forgets what is rolled back, to a savepoint too', async () => {
    await sql(`INSERT INTO things (name) VALUES ('a')`);
    const changes = await recordedBy(`
      BEGIN; UPDATE things SET name = 'b'; SAVEPOINT s; UPDATE things SET name = 'c'; ROLLBACK TO s; COMMIT;
      BEGIN; DELETE FROM things; ROLLBACK`);
    expect(changes).toMatchObject([{ kind: 'update', after: { name: 'b' } }]);
  });
});

describe('tracking tables', () => {
  it('tells the rows of other tables that a foreign key takes along', async () => {
    await sql(`
      CREATE TABLE parents (id integer PRIMARY KEY);
      CREATE TABLE owned (id integer PRIMARY KEY, parent integer REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE);
      CREATE TABLE linked (id integer PRIMARY KEY, parent integer REFERENCES parents ON DELETE SET NULL);
      INSERT INTO parents VALUES (1), (2);
      INSERT INTO owned VALUES (1, 1), (2, 1), (3, 2);
      INSERT INTO linked VALUES (1, 1)`);
    for (const table of ['parents', 'owned', 'linked']) await trackTable(runner, table);
    const changes = await recordedBy('DELETE FROM parents WHERE id = 1');
    expect(changes).toHaveLength(4);
    expect(changes).toContainEqual({ kind: 'delete', table: 'owned', before: { id: 2, parent: 1 } });
    expect(changes).toContainEqual({
      kind: 'update',
      table: 'linked',
      before: { id: 1, parent: 1 },
      after: { id: 1, parent: null },
      changed: ['parent'],
    });
    expect(await recordedBy('UPDATE parents SET id = 9')).toContainEqual(
      expect.objectContaining({ table: 'owned', changed: ['parent'] }),
    );
  });

  it('takes quoted names, other schemas and columns that are called like parts of its own function', async () => {
    await sql(`
      CREATE SCHEMA "My Shop";
      CREATE TABLE "My Shop"."Order" ("Order" text, told_as integer, n integer, left_out integer, key integer,
        PRIMARY KEY ("Order", told_as))`);
    await trackTable(runner, '"My Shop"."Order"', { leaveOut: ['left_out'] });
    expect(await recordedBy(`INSERT INTO "My Shop"."Order" VALUES ('it''s', 1, 2, 3, 4)`)).toEqual([
      { kind: 'insert', table: 'My Shop.Order', after: { Order: "it's", told_as: 1, n: 2, key: 4 } },
    ]);
    expect(await recordedBy(`UPDATE "My Shop"."Order" SET left_out = 5, key = 6`)).toMatchObject([
      { kind: 'update', changed: ['key', 'left_out'], after: { key: 6 } },
    ]);
  });

  it('tells the rows of a partitioned table by its own name, whichever part a statement names', async () => {
    await sql(`
      CREATE TABLE measured (id integer, at integer, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE measured_low PARTITION OF measured FOR VALUES FROM (0) TO (10);
      CREATE TABLE measured_high PARTITION OF measured FOR VALUES FROM (10) TO (20)`);
    await trackTable(runner, 'measured');
    expect(await recordedBy('INSERT INTO measured VALUES (1, 1), (2, 11)')).toHaveLength(2);
    expect(await recordedBy('UPDATE measured_low SET id = 3')).toMatchObject([
      { table: 'measured' },
      { table: 'measured' },
    ]);
    const moved = await recordedBy('UPDATE measured SET at = 12 WHERE id = 3');
    expect(moved).toContainEqual({ kind: 'delete', table: 'measured', before: { id: 3, at: 1 } });
    expect(moved).toContainEqual({ kind: 'insert', table: 'measured', after: { id: 3, at: 12 } });
    expect(await recordedBy('TRUNCATE measured')).toContainEqual({ kind: 'table', table: 'measured' });
  });

  it('refuses tables whose changes it could not tell, and says why', async () => {
    await sql(`
      CREATE TABLE keyless (id integer);
      CREATE TABLE virtual (id integer PRIMARY KEY, twice integer GENERATED ALWAYS AS (id * 2) VIRTUAL);
      CREATE TABLE plain (id integer PRIMARY KEY)`);
    await expect(trackTable(runner, 'keyless')).rejects.toThrow('no primary key');
    await expect(trackTable(runner, 'virtual')).rejects.toThrow('STORED');
    await expect(trackTable(runner, 'plain', { leaveOut: ['id'] })).rejects.toThrow('leave_out');
    await expect(trackTable(runner, 'plain', { leaveOut: ['nmae'] })).rejects.toThrow('no column "nmae"');
  });

  it('can be repeated, and ended', async () => {
    await sql('CREATE TABLE passing (id integer PRIMARY KEY)');
    await trackTable(runner, 'passing');
    await trackTable(runner, 'passing');
    expect(await recordedBy('INSERT INTO passing VALUES (1)')).toHaveLength(1);
    await untrackTable(runner, 'passing');
    expect(await recordedBy('INSERT INTO passing VALUES (2)')).toEqual([]);
  });
});

type Content = Map<string, { readonly image: RowImage; readonly full: string }>;

async function content(): Promise<Content> {
  const found = await runner.manager.query<{ key: string; image: RowImage; full: string }[]>(
    `SELECT id || '/' || "Key" AS key, to_jsonb(r) - 'wide' - 'facts' AS image, to_jsonb(r)::text AS full FROM any_rows r`,
  );
  return new Map(found.map(({ key, ...row }) => [key, row]));
}

const keyOf = (row: RowImage) => `${String(row['id'])}/${String(row['Key'])}`;

/** What the records amount to for each key; a deletion and an insertion in one statement are an update. */
function net(changes: readonly RowChange[]): Map<string, { before?: RowImage; after?: RowImage }> {
  const byKey = new Map<string, { before?: RowImage; after?: RowImage }>();
  for (const change of changes) {
    if (change.kind === 'table') throw new Error('Too few rows for that.');
    const before = change.kind === 'insert' ? undefined : change.before;
    const after = change.kind === 'delete' ? undefined : change.after;
    const key = keyOf(before ?? after ?? {});
    const known = byKey.get(key) ?? {};
    expect(before === undefined || known.before === undefined).toBe(true);
    expect(after === undefined || known.after === undefined).toBe(true);
    byKey.set(key, { ...known, ...(before && { before }), ...(after && { after }) });
  }
  return byKey;
}

/** A row that one statement deleted and inserted as it was is told, and is no difference. */
function withoutReturned(
  told: ReturnType<typeof net>,
  changes: readonly RowChange[],
): ReturnType<typeof net> {
  const updated = new Set(
    changes.map((change) => (change.kind === 'update' ? keyOf(change.before) : undefined)),
  );
  return new Map(
    [...told].filter(([key, { before, after }]) => updated.has(key) || !isDeepStrictEqual(before, after)),
  );
}

function difference(before: Content, after: Content): Map<string, { before?: RowImage; after?: RowImage }> {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const different = [...keys].filter((key) => before.get(key)?.full !== after.get(key)?.full);
  return new Map(
    different.map((key) => {
      const [one, other] = [before.get(key)?.image, after.get(key)?.image];
      return [key, { ...(one && { before: one }), ...(other && { after: other }) }];
    }),
  );
}

function expectChangedColumns(changes: readonly RowChange[], before: Content, after: Content): void {
  for (const change of changes) {
    if (change.kind !== 'update') continue;
    const full = (of: Content): RowImage =>
      JSON.parse(of.get(keyOf(change.before))?.full ?? '{}') as RowImage;
    const [one, other] = [full(before), full(after)];
    for (const column of Object.keys(one))
      if (JSON.stringify(one[column]) !== JSON.stringify(other[column]))
        expect(change.changed).toContain(column);
    expect(change.changed.length).toBeGreaterThan(0);
  }
}

describe('any statement', () => {
  const small = fc.integer({ min: 0, max: 6 });
  const word = fc.constantFrom('a', 'b', "it''s", 'ä', '');
  const rows = fc
    .uniqueArray(fc.tuple(small, word, small), {
      minLength: 1,
      maxLength: 5,
      selector: ([id, key]) => `${id}/${key}`,
    })
    .map((tuples) =>
      tuples.map(([id, key, n]) => `(${id}, '${key}', ${n}, ${n} * 1.50, 'wide ${n}')`).join(', '),
    );
  const columns = '(id, "Key", n, price, wide)';
  const where = fc.oneof(
    small.map((n) => `id = ${n}`),
    small.map((n) => `n < ${n}`),
    word.map((text) => `"Key" = '${text}'`),
    fc.constant('true'),
  );
  const assignment = fc.oneof(
    small.map((n) => `n = ${n}`),
    small.map((n) => `wide = 'wide ${n}', price = price + ${n}`),
    fc.constant('n = n, wide = wide'),
    fc.constant('price = round(price, 3)'),
    fc.constant('id = id + 10, n = nullif(n, 3)'),
    fc.constant("facts = jsonb_build_object('n', n)"),
    fc.constant('id = 6 - id'),
  );
  const statement = fc.oneof(
    rows.map((values) => `INSERT INTO any_rows ${columns} VALUES ${values} ON CONFLICT DO NOTHING`),
    fc
      .tuple(rows, small)
      .map(
        ([values, n]) =>
          `INSERT INTO any_rows ${columns} VALUES ${values} ON CONFLICT (id, "Key") DO UPDATE SET n = ${n}`,
      ),
    fc.tuple(assignment, where).map(([set, which]) => `UPDATE any_rows SET ${set} WHERE ${which}`),
    where.map((which) => `DELETE FROM any_rows WHERE ${which}`),
    where.map(
      (which) => `WITH gone AS (DELETE FROM any_rows WHERE ${which} RETURNING *)
        INSERT INTO any_rows ${columns} SELECT id, "Key", n + 1, price, wide FROM gone`,
    ),
    fc.tuple(rows, small).map(
      ([values, n]) => `MERGE INTO any_rows USING (VALUES ${values}) AS v ${columns}
          ON any_rows.id = v.id AND any_rows."Key" = v."Key"
        WHEN MATCHED AND v.n = ${n} THEN DELETE
        WHEN MATCHED THEN UPDATE SET n = v.n
        WHEN NOT MATCHED THEN INSERT ${columns} VALUES (v.id, v."Key", v.n, v.price, v.wide)`,
    ),
    fc.tuple(assignment, where, where).map(
      ([set, one, other]) => `WITH changed AS (UPDATE any_rows SET ${set} WHERE ${one} RETURNING *)
        DELETE FROM any_rows WHERE ${other} AND NOT (${one})`,
    ),
  );

  it('is told exactly as a comparison of the whole table before and after tells it', async () => {
    await sql(`CREATE TABLE any_rows (
      id integer, "Key" text, n integer, price numeric, facts jsonb, wide text,
      twice integer GENERATED ALWAYS AS (n * 2) STORED,
      PRIMARY KEY (id, "Key"))`);
    await trackTable(runner, 'any_rows', { leaveOut: ['wide', 'facts'] });
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 12 }), async (statements) => {
        await sql('TRUNCATE any_rows');
        for (const text of statements) {
          const before = await content();
          await database.takeRecorded();
          const isDone = await sql(text).then(
            () => true,
            () => false, // a duplicate key: nothing may be recorded
          );
          const [after, changes] = [await content(), await database.takeRecorded()];
          expect(withoutReturned(net(changes), changes), text).toEqual(difference(before, after));
          expectChangedColumns(changes, before, after);
          if (!isDone) expect(changes).toEqual([]);
        }
      }),
      { numRuns: 80, seed: 20_261_124 },
    );
  });
});
