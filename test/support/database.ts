/** Gives a test a database of its own on the server that DATABASE_URL names, fully migrated, and takes it away again. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../apps/api/src/database/data-source.js';

export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  drop(): Promise<void>;
}

export function serverUrl(): string {
  const url = process.env['DATABASE_URL'];
  if (url === undefined)
    throw new Error('DATABASE_URL is not set; run the tests by `npm test`, which starts PostgreSQL.');
  return url;
}

function urlOfDatabase(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(sql: string, url = serverUrl()): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param template a database to copy, e.g. a seeded one; without it the new one is empty until it is migrated. */
export async function createDatabase(template = 'template0'): Promise<string> {
  const name = `swiftlet_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return urlOfDatabase(name);
}

/**
 * A copy of the whole seeded shop, with an epoch of its own: two copies that shared one would share a stream in Redis, and
 * refuse each other's events. Only in the e2e project, whose setup makes the original.
 */
export async function createSeededDatabase(): Promise<string> {
  const url = await createDatabase(inject('seededDatabase'));
  await onServer('UPDATE outbox_epoch SET epoch = gen_random_uuid()', url);
  return url;
}

/** That the shop was filled is told to the first node that starts, which ends what it has cached until then. */
export async function forgetSeeding(url: string): Promise<void> {
  await onServer('TRUNCATE row_changes', url);
}

export async function dropDatabase(url: string): Promise<void> {
  await onServer(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createDatabase();
  const dataSource = await openDatabase({ url });
  await dataSource.runMigrations();
  return {
    url,
    dataSource,
    drop: async () => {
      await dataSource.destroy();
      await dropDatabase(url);
    },
  };
}
