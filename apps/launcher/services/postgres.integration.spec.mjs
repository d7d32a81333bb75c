import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { pidIdentity } from '../run/pid-identity.mjs';
import { temporaryFolder, temporaryRun } from '../testing/temporary.mjs';
import { startPostgres } from './postgres.mjs';

const PASSWORD = 'a-password_of-the-spec';

function start(run, dataDir, more = {}) {
  return startPostgres(run, { dataDir, password: PASSWORD, isDurable: false, ...more });
}

/** @returns {Promise<Record<string, unknown>[]>} rows */
async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  it('serves a PostgreSQL 18 with the extensions that the API needs', async () => {
    const { url } = await start(temporaryRun(), temporaryFolder());
    const names = ['pg_trgm', 'unaccent', 'pg_stat_statements'];
    await query(url, names.map((name) => `CREATE EXTENSION ${name}`).join(';'));
    expect(await query(url, 'SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([
      { counted: true },
    ]);
    const [{ server_version: version }] = await query(url, 'SHOW server_version');
    expect(version).toMatch(/^18\./);
  });

  it('lets nobody in without the password', async () => {
    const { url } = await start(temporaryRun(), temporaryFolder());
    await expect(query(url.replace(PASSWORD, 'guessed'), 'SELECT 1')).rejects.toThrow(
      /authentication failed/,
    );
  });

  it('listens on this machine alone and opens no Unix socket', async () => {
    const { url } = await start(temporaryRun(), temporaryFolder());
    const [settings] = await query(
      url,
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
    );
    expect(settings).toEqual({ addresses: '127.0.0.1', sockets: '' });
  });

  it('gives up durability for tests only', async () => {
    const [test, real] = [await start(temporaryRun(), temporaryFolder()), temporaryFolder()];
    const durable = await start(temporaryRun(), real, { isDurable: true });
    const sql = `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`;
    expect(await query(test.url, sql)).toEqual([{ fsync: 'off', commit: 'off' }]);
    expect(await query(durable.url, sql)).toEqual([{ fsync: 'on', commit: 'on' }]);
  });

  it('finds its data again, also with another password, and a database that was dropped', async () => {
    const dataDir = temporaryFolder();
    const first = temporaryRun();
    const { url } = await start(first, dataDir);
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.shutdown.stopAll();

    const second = temporaryRun();
    const renewed = await start(second, dataDir, { password: 'renewed' });
    expect(await query(renewed.url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
    await query(renewed.url.replace(/swiftlet$/, 'postgres'), 'DROP DATABASE swiftlet WITH (FORCE)');
    await second.shutdown.stopAll();

    const third = await start(temporaryRun(), dataDir);
    await expect(query(third.url, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('stops cleanly with the run', async () => {
    const dataDir = temporaryFolder();
    const run = temporaryRun();
    const { child } = await start(run, dataDir);
    await run.shutdown.stopAll();
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('replaces a server that a killed launcher left, without losing what it had committed', async () => {
    const dataDir = temporaryFolder();
    const abandoned = await start(temporaryRun(), dataDir);
    await query(abandoned.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const { url, child } = await start(temporaryRun(), dataDir);
    expect(pidIdentity(abandoned.child.pid)).toBeUndefined();
    expect(pidIdentity(child.pid)).toBeDefined();
    expect(await query(url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('recovers when the server itself was killed', async () => {
    const dataDir = temporaryFolder();
    const killed = await start(temporaryRun(), dataDir, { isDurable: true });
    await query(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    killed.child.kill();
    await killed.child.ended;
    const { url } = await start(temporaryRun(), dataDir);
    expect(await query(url, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('does not trust what an interrupted first start left', async () => {
    const dataDir = temporaryFolder();
    const interrupted = temporaryRun();
    const starting = start(interrupted, dataDir).catch((error) => error.code);
    await expect
      .poll(() => readdirSync(dataDir).some((name) => name.includes('draft')), { interval: 5 })
      .toBe(true);
    await interrupted.shutdown.stopAll();
    expect(['STEP_FAILED', 'STOPPING']).toContain(await starting);

    const { url } = await start(temporaryRun(), dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).toSorted()).toEqual(['postgres', 'postgres.log']);
  });

  it('says whose folder it is when it is none of PostgreSQL', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'postgres'));
    await expect(start(temporaryRun(), dataDir)).rejects.toThrow(
      /postgres cannot be read as a PostgreSQL folder/,
    );
  });
});
