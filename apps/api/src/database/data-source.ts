/** Describes the one PostgreSQL connection of the process: entities, migrations and pool, for the API and the command line. */
import { cancellablePg, withoutUrlPasswords } from '@app/platform';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

export interface DatabaseOptions {
  readonly url: string;
  /** How PostgreSQL calls the connections. @default 'swiftlet' */
  readonly applicationName?: string;
  /** Connections at most. @default 20 — two cores keep few statements busy; more only queue inside PostgreSQL. */
  readonly poolSize?: number;
  /** Milliseconds a statement may run before PostgreSQL itself ends it; 0 never. @default 0, for imports and migrations. */
  readonly statementTimeoutMs?: number;
}

export function dataSourceOptions(options: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    driver: cancellablePg(options.url),
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    applicationName: options.applicationName ?? 'swiftlet',
    poolSize: options.poolSize ?? 20,
    extra: { statement_timeout: options.statementTimeoutMs ?? 0, connectionTimeoutMillis: 10_000 },
  };
}

/** Something answers there or not, but no database that this application may use. */
export class DatabaseUnusable extends Error {
  readonly code = 'DATABASE_UNUSABLE';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`DATABASE_URL cannot be used: ${withoutUrlPasswords(reason)}.`, { cause });
    this.name = 'DatabaseUnusable';
  }
}

/** @throws DatabaseUnusable */
async function connect(toOptions: () => DataSourceOptions): Promise<DataSource> {
  try {
    return await new DataSource(toOptions()).initialize();
  } catch (error) {
    throw new DatabaseUnusable(error);
  }
}

/** The schema is older than the code: starting would only fail later and less clearly. */
export class PendingMigrations extends Error {
  readonly code = 'PENDING_MIGRATIONS';

  constructor() {
    super('The database behind DATABASE_URL is not migrated; run `npm run migrate` first.');
    this.name = 'PendingMigrations';
  }
}

/** @throws DatabaseUnusable @throws PendingMigrations */
export async function openMigratedDatabase(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await connect(() => options);
  if (!(await dataSource.showMigrations())) return dataSource;
  await dataSource.destroy();
  throw new PendingMigrations();
}

/** @throws DatabaseUnusable */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  return connect(() => dataSourceOptions(options));
}
