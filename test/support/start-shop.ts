/** Starts the application on a seeded shop of its own, whose events no other running test hears. */
import { openDatabase } from '../../apps/api/src/database/data-source.js';
import { createSeededDatabase, dropDatabase } from './database.js';
import { startApp, type RunningApp } from './start-app.js';

/**
 * A copied database would go on with the event history of its template, and so would every other copy: they would all
 * write into one Redis stream. A new epoch makes the copy's history its own.
 */
export async function createShopDatabase(): Promise<string> {
  const url = await createSeededDatabase();
  const dataSource = await openDatabase({ url, poolSize: 1 });
  await dataSource.query('UPDATE outbox_epoch SET epoch = gen_random_uuid()');
  await dataSource.destroy();
  return url;
}

export async function startShop(env: Readonly<Record<string, string>> = {}): Promise<RunningApp> {
  const databaseUrl = await createShopDatabase();
  const app = await startApp({ databaseUrl, env });
  return {
    ...app,
    stop: async () => {
      await app.stop();
      await dropDatabase(databaseUrl);
    },
  };
}
