import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { createDatabase, dropDatabase } from '../../../../test/support/database.js';
import { changeMatters } from '../core/row-match.js';
import type { ResultRow } from '../core/sql-analysis/bind-residuals.js';
import { Random, ReadsLaboratory } from '../testing/reads-laboratory.js';
import { orderedShapes, unorderedShapes, type StatementShape } from '../testing/statement-shapes.js';
import { PostgresCatalog } from './postgres-catalog.js';
import { SqlReads } from './sql-reads.js';

const seed = Number(process.env['READS_SEED'] ?? 20_260_101);
const writes = Number(process.env['READS_WRITES'] ?? 80);

interface Case {
  readonly shape: StatementShape;
  readonly isOrdered: boolean;
  params: unknown[];
  rows: readonly ResultRow[];
}

interface Tally {
  matched: number;
  changed: number;
}

function fingerprint({ isOrdered }: Case, rows: readonly ResultRow[]): string {
  const texts = rows.map((row) => JSON.stringify(row));
  return JSON.stringify(isOrdered ? texts : texts.toSorted());
}

describe(SqlReads.name, () => {
  let url: string;
  let dataSource: DataSource;
  let sqlReads: SqlReads;
  const random = new Random(seed);
  let laboratory: ReadsLaboratory;

  beforeAll(async () => {
    url = await createDatabase();
    dataSource = await new DataSource({ type: 'postgres', url }).initialize();
    laboratory = new ReadsLaboratory(dataSource, random);
    await laboratory.setUp();
    sqlReads = await SqlReads.load(await new PostgresCatalog(dataSource).load());
  });
  afterAll(async () => {
    await dataSource.destroy();
    await dropDatabase(url);
  });

  async function run({ shape, params }: Pick<Case, 'shape' | 'params'>): Promise<readonly ResultRow[]> {
    return dataSource.query<ResultRow[]>(shape.sql, params);
  }

  it('matches every change that changes an answer', { timeout: 180_000 }, async () => {
    const cases: Case[] = [
      ...orderedShapes.map((shape) => ({ shape, isOrdered: true, params: [], rows: [] })),
      ...unorderedShapes.map((shape) => ({ shape, isOrdered: false, params: [], rows: [] })),
    ];
    const renew = async (one: Case) => {
      one.params = one.shape.params(random);
      one.rows = await run(one);
    };
    for (const one of cases) await renew(one);
    const tallies = new Map<string, Tally>(cases.map(({ shape }) => [shape.sql, { matched: 0, changed: 0 }]));
    const missed: unknown[] = [];
    for (let write = 0; write < writes; write += 1) {
      const changes = await laboratory.write();
      for (const one of cases) {
        const result = sqlReads.read(one.shape.sql, one.params, one.rows);
        if (result.kind !== 'reads') throw new Error(`${one.shape.sql}: ${JSON.stringify(result)}`);
        const isMatch = changes.some((change) => result.reads.some((read) => changeMatters(read, change)));
        const rows = await run(one);
        const hasChanged = fingerprint(one, rows) !== fingerprint(one, one.rows);
        if (hasChanged && !isMatch) missed.push({ ...one, after: rows, changes, reads: result.reads });
        const tally = tallies.get(one.shape.sql);
        if (tally !== undefined) {
          tally.matched += isMatch ? 1 : 0;
          tally.changed += hasChanged ? 1 : 0;
        }
        one.rows = rows;
        if (random.below(3) === 0) await renew(one);
      }
    }
    report(tallies);
    expect(missed).toEqual([]);
  });
});

/** With READS_REPORT set: how often each statement was matched, and how often its answer had changed. */
function report(tallies: ReadonlyMap<string, Tally>): void {
  if (process.env['READS_REPORT'] === undefined) return;
  const lines = [...tallies].map(
    ([sql, { matched, changed }]) => `${matched}\t${changed}\t${sql.replaceAll(/\s+/g, ' ').slice(0, 150)}`,
  );
  const sum = (of: (tally: Tally) => number) =>
    [...tallies.values()].reduce((total, tally) => total + of(tally), 0);
  process.stdout.write(
    `matched\tchanged\n${lines.join('\n')}\n${sum(({ matched }) => matched)}\t${sum(({ changed }) => changed)}\n`,
  );
}
