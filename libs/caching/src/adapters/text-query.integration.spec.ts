import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { serverUrl } from '../../../../test/support/database.js';
import { mayMatch, parseTextQuery } from '../core/text-query.js';
import { Random } from '../testing/reads-laboratory.js';

const seed = Number(process.env['READS_SEED'] ?? 20_260_101);
const pairs = 5_000;

describe(mayMatch.name, () => {
  let dataSource: DataSource;
  beforeAll(async () => {
    dataSource = await new DataSource({ type: 'postgres', url: serverUrl() }).initialize();
  });
  afterAll(() => dataSource.destroy());

  it('never says no where PostgreSQL says yes, and seldom yes where it says no', async () => {
    const random = new Random(seed);
    const documents = Array.from({ length: pairs }, random.document);
    const queries = Array.from({ length: pairs }, random.textQuery);
    const rows = await dataSource.query<{ document: string; query: string; is_found: boolean }[]>(
      `SELECT document::tsvector::text AS document, query, document::tsvector @@ query::tsquery AS is_found
         FROM unnest($1::text[], $2::text[]) AS pair (document, query)`,
      [documents, queries],
    );
    const told = rows.flatMap(({ document, query, is_found }) => {
      const parsed = parseTextQuery(query);
      return parsed === undefined
        ? []
        : [{ document, query, isFound: is_found, mayBe: mayMatch(parsed, document) }];
    });
    expect(told.length).toBeGreaterThan(pairs / 2);
    expect(told.filter(({ isFound, mayBe }) => isFound && !mayBe)).toEqual([]);
    const notFound = told.filter(({ isFound }) => !isFound);
    expect(notFound.filter(({ mayBe }) => !mayBe).length).toBeGreaterThan(notFound.length / 2);
  });
});
