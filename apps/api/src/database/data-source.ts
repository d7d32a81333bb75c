/** Describes the one PostgreSQL connection of the process: entities, migrations and pool, for the API and the command line. */
import { cancellablePg } from '@app/platform';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

export interface DatabaseOptions {
  readonly url: string;
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
    applicationName: 'swiftlet',
    poolSize: options.poolSize ?? 20,
    extra: { statement_timeout: options.statementTimeoutMs ?? 0, connectionTimeoutMillis: 10_000 },
  };
}

export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  return new DataSource(dataSourceOptions(options)).initialize();
}
