import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { createDatabase, dropDatabase } from '../../../../test/support/database.js';
import type { TableCatalog } from '../core/table-catalog.js';
import { Random, ReadsLaboratory } from '../testing/reads-laboratory.js';
import { PostgresCatalog } from './postgres-catalog.js';
import { SqlReads } from './sql-reads.js';

const further = `
  CREATE SCHEMA other;
  CREATE TABLE other.things (id bigint PRIMARY KEY);
  CREATE TABLE half_recorded (id bigint PRIMARY KEY);
  CREATE TRIGGER half AFTER INSERT OR UPDATE OR DELETE ON half_recorded
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION swiftlet_record_change();
  CREATE TABLE private (id bigint PRIMARY KEY);
  ALTER TABLE private ENABLE ROW LEVEL SECURITY;
  CREATE TABLE parted (id bigint) PARTITION BY RANGE (id);
  CREATE TABLE part_one PARTITION OF parted FOR VALUES FROM (1) TO (9);
  CREATE TABLE collated (id bigint PRIMARY KEY, posix text COLLATE "POSIX", utf8 varchar COLLATE pg_c_utf8,
    unicode text COLLATE pg_unicode_fast, german text COLLATE "de-x-icu");
  CREATE EXTENSION pg_trgm;
  CREATE OPERATOR <<<>>> (FUNCTION = any_rows, LEFTARG = text, RIGHTARG = text);`;

const recordAll = (table: string) => `
  CREATE TRIGGER record_rows AFTER INSERT OR UPDATE OR DELETE ON ${table}
    FOR EACH ROW EXECUTE FUNCTION swiftlet_record_change();
  CREATE TRIGGER record_truncation AFTER TRUNCATE ON ${table} EXECUTE FUNCTION swiftlet_record_change();`;

describe(PostgresCatalog.name, () => {
  let url: string;
  let dataSource: DataSource;
  let catalog: TableCatalog;

  beforeAll(async () => {
    url = await createDatabase();
    dataSource = await new DataSource({ type: 'postgres', url }).initialize();
    await new ReadsLaboratory(dataSource, new Random(1)).setUp();
    await dataSource.query(`CREATE FUNCTION any_rows(a text, b text) RETURNS boolean LANGUAGE plpgsql STABLE
      AS 'BEGIN RETURN EXISTS (SELECT FROM things); END'`);
    await dataSource.query(further);
    for (const table of ['other.things', 'private', 'parted', 'collated'])
      await dataSource.query(recordAll(table));
    catalog = await new PostgresCatalog(dataSource).load();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await dropDatabase(url);
  });

  it('knows the columns of a table whose every change is recorded', () => {
    const things = catalog.relations.get('public.things');
    if (things?.kind !== 'tracked') throw new Error('things is not tracked');
    const equalities = [...things.columns.values()].map(({ name, equality }) => [name, equality]);
    expect(Object.fromEntries(equalities)).toEqual({
      id: 'integer',
      code: 'text',
      flag: 'boolean',
      tag: 'uuid',
      kind: 'text',
      amount: undefined,
      rank: 'integer',
      doubled: undefined,
      note: undefined,
      fold: undefined,
      tags: undefined,
      doc: undefined,
      parent_id: 'integer',
      made_at: undefined,
      words: undefined,
      score: undefined,
    });
    expect(things.columns.get('doubled')?.isVirtual).toBe(true);
    expect(things.columns.get('made_at')?.ordering).toBe('timestamptz');
    expect(things.columns.get('amount')?.ordering).toBe('numeric');
    expect(things.columns.get('score')?.ordering).toBe('decimal');
    expect(things.columns.get('words')?.isSearchDocument).toBe(true);
    expect(things.primaryKey).toEqual(['id']);
  });

  it('knows the order of text only where it goes by code points', () => {
    const columns = new Map(
      ['things', 'collated'].flatMap((name) => {
        const table = catalog.relations.get(`public.${name}`);
        return table?.kind === 'tracked' ? [...table.columns] : [];
      }),
    );
    const ordering = (name: string) => columns.get(name)?.ordering;
    for (const name of ['code', 'posix', 'utf8', 'unicode']) expect(ordering(name), name).toBe('text');
    for (const name of ['fold', 'german', 'kind', 'note']) expect(ordering(name), name).toBeUndefined();
  });

  it('names a table by its schema where that is not the current one', () => {
    expect(catalog.relations.get('public.parts')).toMatchObject({ name: 'parts' });
    expect(catalog.relations.get('other.things')).toMatchObject({ kind: 'tracked', name: 'other.things' });
  });

  it.each(['unrecorded', 'half_recorded', 'private', 'parted', 'part_one', 'thing_codes', 'recorded'])(
    'does not track %s',
    (name) => {
      expect(catalog.relations.get(`public.${name}`)).toMatchObject({ kind: 'untracked' });
    },
  );

  it('knows which functions and operators only compute', () => {
    const reads = (name: string) => catalog.functions.get(name)?.reads;
    for (const name of ['lower', 'count', 'to_tsquery', 'similarity', 'jsonb_agg'])
      expect(reads(name)).toEqual([]);
    for (const name of ['anything', 'label_count', 'query_to_xml', 'nextval', 'current_setting', 'ts_stat'])
      expect(reads(name)).toBeUndefined();
    expect(catalog.functions.get('now')).toMatchObject({ reads: [], isTimeDependent: true });
    expect(catalog.functions.get('random')).toMatchObject({ reads: [], isTimeDependent: true });
    expect(catalog.functions.get('count')?.isAggregate).toBe(true);
    expect(catalog.functions.get('unnest')?.returnsSet).toBe(true);
    expect(catalog.operators.get('%')).toBe(true);
    expect(catalog.operators.get('<<<>>>')).toBe(false);
    expect(catalog.types.has('regclass')).toBe(false);
    expect(catalog.types.has('size')).toBe(true);
  });

  it('gives the body of a function in SQL, so that what it reads is known', async () => {
    const sqlReads = await SqlReads.load(catalog);
    expect(sqlReads.read('SELECT label_count(1)', [], [])).toMatchObject({ reads: [{ table: 'parts' }] });
    expect(sqlReads.analyse('SELECT anything()')).toMatchObject({ kind: 'opaque' });
    expect(sqlReads.analyse('SELECT code FROM thing_codes')).toMatchObject({ kind: 'opaque' });
  });
});
