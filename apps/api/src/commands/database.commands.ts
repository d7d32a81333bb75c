/** Brings a database to where the application can use it: schema, shop, accounts. */
import { parseArgs } from 'node:util';
import { checkRedis } from '@app/platform';
import { type Environment, readEnvironment } from '../config/env.js';
import { openDatabase } from '../database/data-source.js';
import { isSeeded, seedSuperstore } from '../seed/index.js';
import { ensureAccount } from '../storefront/accounts/ensure-account.js';
import type { DataSource } from 'typeorm';

/** The seed that the shop in the README's figures came out of. */
const defaultSeed = 42;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export async function withDatabase(work: (dataSource: DataSource) => Promise<number>): Promise<number> {
  const { DATABASE_URL } = readEnvironment(process.env);
  const dataSource = await openDatabase({ url: DATABASE_URL });
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function migrate(dataSource: DataSource): Promise<void> {
  for (const { name } of await dataSource.runMigrations()) say(`migrated ${name}`);
}

async function seed(dataSource: DataSource, shiftToToday: boolean): Promise<void> {
  await seedSuperstore({ dataSource, shiftToToday, seed: defaultSeed, now: new Date(), onProgress: say });
}

async function ensureAccounts(dataSource: DataSource, accounts: Environment['DEV_ACCOUNTS']): Promise<void> {
  for (const { name, ...account } of accounts) {
    await ensureAccount(dataSource, { ...account, name: name ?? account.role });
  }
}

export async function migrateCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { undo: { type: 'boolean', default: false } } });
  return withDatabase(async (dataSource) => {
    if (values.undo) await dataSource.undoLastMigration();
    else await migrate(dataSource);
    say(values.undo ? 'the last migration is undone' : 'the database is up to date');
    return 0;
  });
}

export async function seedCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { 'shift-to-today': { type: 'boolean', default: false } },
  });
  return withDatabase(async (dataSource) => {
    await migrate(dataSource);
    await seed(dataSource, values['shift-to-today']);
    return 0;
  });
}

/** Everything that `npm start` needs; does nothing to a database that has it. */
export async function prepareCommand(): Promise<number> {
  const { REDIS_URL, SEED_SHIFT_TO_TODAY, DEV_ACCOUNTS } = readEnvironment(process.env);
  if (REDIS_URL !== undefined) await checkRedis(REDIS_URL);
  return withDatabase(async (dataSource) => {
    await migrate(dataSource);
    if (!(await isSeeded(dataSource))) await seed(dataSource, SEED_SHIFT_TO_TODAY);
    await ensureAccounts(dataSource, DEV_ACCOUNTS);
    return 0;
  });
}
