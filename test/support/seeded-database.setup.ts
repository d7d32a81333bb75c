/** Seeds the shop once for a whole run, as a database that every test copies in a fraction of a second. */
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../apps/api/src/database/data-source.js';
import { seedSuperstore } from '../../apps/api/src/seed/index.js';
import { createDatabase, dropDatabase } from './database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    seededDatabase: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
  project.provide('seededDatabase', new URL(url).pathname.slice(1));
  return () => dropDatabase(url);
}
