/** A database of its own in which changes are recorded, and what a test asks of it. */
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { createDatabase, dropDatabase } from '../../../../test/support/database.js';
import { cachingMigrations } from '../adapters/row-change.migrations.js';
import { toRowChange, type RecordedChange } from '../core/recorded-change.js';
import { publishingApplicationPrefix } from '../core/row-change-publisher.js';
import type { RowChange } from '../core/row-change.js';

export interface RecordingDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Another process, as far as the database can tell. */
  connect(applicationName: string): Promise<DataSource>;
  /** Everything recorded and committed since the last call. */
  takeRecorded(): Promise<RowChange[]>;
  countRecorded(): Promise<number>;
  drop(): Promise<void>;
}

export const aNode = (): string => `${publishingApplicationPrefix}${randomUUID()}`;

function open(url: string, applicationName: string): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName,
    migrations: cachingMigrations,
    poolSize: 25,
  }).initialize();
}

export async function createRecordingDatabase(): Promise<RecordingDatabase> {
  const url = await createDatabase();
  const dataSource = await open(url, aNode());
  await dataSource.runMigrations();
  const others: DataSource[] = [];
  return {
    url,
    dataSource,
    connect: async (applicationName) => {
      const other = await open(url, applicationName);
      others.push(other);
      return other;
    },
    takeRecorded: async () => {
      const [rows] = await dataSource.query<[(RecordedChange & { place: string })[], number]>(
        `DELETE FROM row_changes RETURNING lpad(id::text, 20, '0') AS place, table_name AS "table", kind, changed,
                before::text AS before, after::text AS after`,
      );
      return rows.toSorted((one, other) => (one.place < other.place ? -1 : 1)).map(toRowChange);
    },
    countRecorded: async () => {
      const [row] = await dataSource.query<{ count: number }[]>(
        'SELECT count(*)::integer AS count FROM row_changes',
      );
      return row?.count ?? 0;
    },
    drop: async () => {
      await Promise.all([dataSource, ...others].map((each) => each.destroy()));
      await dropDatabase(url);
    },
  };
}
