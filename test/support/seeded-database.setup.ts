/** Seeds the shop once for a whole run, whichever projects want it, as a database that every test copies in a fraction of a second. */
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../apps/api/src/database/data-source.js';
import { seedSuperstore } from '../../apps/api/src/seed/index.js';
import { createDatabase, dropDatabase } from './database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    seededDatabase: string;
  }
}

interface SeededShop {
  readonly url: string;
  users: number;
}

/** Each project loads this file by itself; what they share hangs where all of them find it. */
const shared = globalThis as { swiftletSeededShop?: Promise<SeededShop> | undefined };

async function seed(): Promise<SeededShop> {
  const url = await createDatabase();
  const dataSource = await openDatabase({ url });
  await dataSource.runMigrations();
  await seedSuperstore({
    dataSource,
    shiftToToday: false,
    seed: 42,
    now: new Date(),
    onProgress: () => undefined,
  });
  await dataSource.query('VACUUM ANALYZE');
  // A database can only be copied while nobody is connected to it.
  await dataSource.destroy();
  return { url, users: 0 };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shop = await (shared.swiftletSeededShop ??= seed());
  shop.users += 1;
  project.provide('seededDatabase', new URL(shop.url).pathname.slice(1));
  return async () => {
    shop.users -= 1;
    if (shop.users > 0) return;
    shared.swiftletSeededShop = undefined;
    await dropDatabase(shop.url);
  };
}
