import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RowChangePublisher } from '../core/row-change-publisher.js';
import type { RowChange } from '../core/row-change.js';
import { aNode, createRecordingDatabase, type RecordingDatabase } from '../testing/recorded-changes.js';
import { RowChangeRelay } from './row-change-relay.js';
import { trackTable } from './tracked-table.js';

const dyingWriter = new URL('../testing/dying-writer.mjs', import.meta.url).pathname;
const silent = { error: () => undefined };

class Log implements RowChangePublisher {
  readonly ids: number[] = [];
  failures = 0;

  async publish(changes: readonly RowChange[]): Promise<void> {
    await new Promise(setImmediate);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the log is away');
    }
    for (const change of changes) if (change.kind === 'insert') this.ids.push(Number(change.after['id']));
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

const sorted = (ids: readonly number[]) => ids.toSorted((one, other) => one - other);

describe(RowChangeRelay.name, () => {
  let database: RecordingDatabase;
  let relays: RowChangeRelay[] = [];

  beforeAll(async () => {
    database = await createRecordingDatabase();
    const runner = database.dataSource.createQueryRunner();
    await runner.query('CREATE TABLE things (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY)');
    await trackTable(runner, 'things');
    await runner.release();
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    relays = [];
    await database.dataSource.query('TRUNCATE things RESTART IDENTITY');
    await database.takeRecorded();
  });

  function relayTo(log: RowChangePublisher): RowChangeRelay {
    const relay = new RowChangeRelay(database.dataSource, log, silent);
    relays.push(relay);
    return relay;
  }

  const insertMany = (count: number, source = database.dataSource) =>
    source.query('INSERT INTO things SELECT FROM generate_series(1, $1)', [count]);
  /** As if the process that wrote them had been silent for long. */
  const age = () =>
    database.dataSource.query(`UPDATE row_changes SET recorded_at = recorded_at - interval '1 minute'`);
  it('publishes a foreign change at its first look', async () => {
    const log = new Log();
    await insertMany(3, await database.connect('psql'));
    expect(await relayTo(log).relayDue()).toBe(3);
    expect(log.ids).toEqual([1, 2, 3]);
    expect(await database.countRecorded()).toBe(0);
  });

  it('leaves the changes of publishing processes to them, until they must have died', async () => {
    const log = new Log();
    await insertMany(1, await database.connect(aNode()));
    const relay = relayTo(log);
    await database.dataSource.query(
      `UPDATE row_changes SET recorded_at = clock_timestamp() + interval '1 minute'`,
    );
    expect(await relay.relayDue()).toBe(0);
    await database.dataSource.query(
      `UPDATE row_changes SET recorded_at = clock_timestamp() - interval '1 minute'`,
    );
    expect(await relay.relayDue()).toBe(1);
    expect(log.ids).toEqual([1]);
  });

  it('sees no change of an open transaction, and finds it after later ones', async () => {
    const log = new Log();
    const relay = relayTo(log);
    const psql = await database.connect('psql');
    await psql.transaction(async (manager) => {
      await manager.query('INSERT INTO things DEFAULT VALUES');
      await insertMany(1, psql);
      expect(await relay.relayDue()).toBe(1);
    });
    expect(await relay.relayDue()).toBe(1);
    expect(log.ids).toEqual([2, 1]);
  });

  it('keeps what the log did not take', async () => {
    const log = new Log();
    log.failures = 1;
    await insertMany(2, await database.connect('psql'));
    const relay = relayTo(log);
    await expect(relay.relayDue()).rejects.toThrow('the log is away');
    expect(await database.countRecorded()).toBe(2);
    expect(await relay.relayDue()).toBe(2);
  });

  it('shares a backlog with another relay, each row to one of them', async () => {
    const [one, other] = [new Log(), new Log()];
    for (let statement = 0; statement < 12; statement += 1) await insertMany(500);
    await age();
    await Promise.all([relayTo(one).relayDue(), relayTo(other).relayDue()]);
    expect(sorted([...one.ids, ...other.ids])).toEqual(numbers(6_000));
    expect(Math.min(one.ids.length, other.ids.length)).toBeGreaterThan(0);
  });

  it('goes on by itself, also after the log was away', async () => {
    const log = new Log();
    log.failures = 2;
    const psql = await database.connect('psql');
    relayTo(log).start();
    await insertMany(1, psql);
    await vi.waitFor(() => expect(log.ids).toEqual([1]), { timeout: 10_000 });
    await insertMany(1, psql);
    await vi.waitFor(() => expect(log.ids).toEqual([1, 2]), { timeout: 10_000 });
  });

  it('loses no committed change of processes that are killed at any moment', async () => {
    const log = new Log();
    relayTo(log).start();
    const publishedByWriters = new Set<number>();
    let kills = 0;
    await Promise.all(
      [1, 2].map(async () => {
        while (kills < 20) {
          kills += 1;
          for (const id of await writeUntilKilled(5 + ((kills * 37) % 60))) publishedByWriters.add(id);
        }
      }),
    );
    await vi.waitFor(async () => expect(await database.countRecorded()).toBe(0), { timeout: 20_000 });
    const committed = await database.dataSource.query<{ id: number }[]>('SELECT id FROM things');
    const told = new Set([...publishedByWriters, ...log.ids]);
    expect(committed.filter(({ id }) => !told.has(id))).toEqual([]);
    expect(log.ids.filter((id) => !publishedByWriters.has(id)).length).toBeGreaterThan(0);
  });

  /** @returns the ids that it published. Resolves when PostgreSQL has ended its sessions too. */
  async function writeUntilKilled(lines: number): Promise<number[]> {
    const name = aNode();
    const child = spawn(
      process.execPath,
      ['--no-warnings', '--experimental-transform-types', dyingWriter, database.url, name],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('\n').length > lines) child.kill('SIGKILL');
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    await vi.waitFor(
      async () =>
        expect(
          await database.dataSource.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [name]),
        ).toEqual([]),
      { timeout: 10_000 },
    );
    return output.split('\n').slice(0, -1).map(Number);
  }
});
