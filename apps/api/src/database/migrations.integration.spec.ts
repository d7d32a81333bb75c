import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

describe('the migrations', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** Everything but TypeORM's own table of migrations. */
  async function schemaObjects(): Promise<string[]> {
    const rows = await database.dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
       UNION ALL SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
       UNION ALL SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'public'::regnamespace
       ORDER BY 1`,
    );
    return rows.map(({ name }) => name).filter((name) => !/^(migrations|PK_)/.test(name));
  }

  it('are all listed', () => {
    const files = readdirSync(new URL('./migrations', import.meta.url)).filter((file) => /^\d+-/.test(file));
    const listed = migrations.map(({ name }) => name);
    for (const file of files)
      expect(
        listed.some((name) => name.endsWith(file.split('-')[0] ?? '')),
        file,
      ).toBe(true);
  });

  it('make every column that an entity reads', async () => {
    for (const entity of entities) {
      await expect(database.dataSource.getRepository(entity).find({ take: 1 }), entity.name).resolves.toEqual(
        [],
      );
    }
  });

  it('can be undone to nothing and made again, to the same schema', async () => {
    const before = await schemaObjects();
    expect(before.length).toBeGreaterThan(30);
    for (let left = migrations.length; left > 0; left -= 1) await database.dataSource.undoLastMigration();
    expect(await schemaObjects()).toEqual([]);
    await database.dataSource.runMigrations();
    expect(await schemaObjects()).toEqual(before);
  });
});
