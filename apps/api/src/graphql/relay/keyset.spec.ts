import { describe, expect, it } from 'vitest';
import { countStatement, keysetStatement, type KeysetQuery } from './keyset.js';

const query: KeysetQuery = {
  from: 'products t',
  select: 't.*',
  conditions: [(p) => `t.price_minor >= ${p.add(500)}`],
  order: {
    name: 'NAME_ASC',
    columns: [
      { sql: 'lower(t.name)', type: 'text' },
      { sql: 't.id', type: 'bigint' },
    ],
    descending: false,
  },
};
const nowhere = { after: undefined, before: undefined };
const forward = { limit: 10, backward: false };

const oneLine = (sql: string) => sql.replaceAll(/\s+/g, ' ');

describe('the statement of a page', () => {
  it('reads one row more than the page, in the order of the index', () => {
    const { sql, values } = keysetStatement(query, forward, nowhere);
    expect(oneLine(sql)).toBe(
      'SELECT t.*, (lower(t.name))::text AS key_0, (t.id)::text AS key_1 FROM products t WHERE t.price_minor >= $1 ' +
        'ORDER BY lower(t.name) ASC, t.id ASC LIMIT $2',
    );
    expect(values).toEqual([500, 11]);
  });

  it('goes on behind a cursor by comparing whole rows, which one index serves', () => {
    const { sql, values } = keysetStatement(query, forward, { after: ['chair', '7'], before: ['lamp', '9'] });
    expect(oneLine(sql)).toContain(
      '(lower(t.name), t.id) > ($2::text::text, $3::text::bigint) AND (lower(t.name), t.id) < ($4::text::text, $5::text::bigint)',
    );
    expect(values).toEqual([500, 'chair', '7', 'lamp', '9', 11]);
  });

  it('turns around when it is read from its end', () => {
    const bounds = { after: undefined, before: ['lamp', '9'] };
    const { sql } = keysetStatement(query, { limit: 10, backward: true }, bounds);
    expect(oneLine(sql)).toContain('(lower(t.name), t.id) < (');
    expect(oneLine(sql)).toContain('ORDER BY lower(t.name) DESC, t.id DESC');
  });

  it('of a descending order does the same the other way around', () => {
    const descending = { ...query, order: { ...query.order, descending: true } };
    const { sql } = keysetStatement(descending, forward, { after: ['lamp', '9'], before: undefined });
    expect(oneLine(sql)).toContain('(lower(t.name), t.id) < (');
    expect(oneLine(sql)).toContain('ORDER BY lower(t.name) DESC, t.id DESC');
  });

  it('for many parents reads a page of each', () => {
    const { sql, values } = keysetStatement(
      { ...query, parent: { column: 't.category_id', keys: ['1', '2'] } },
      forward,
      nowhere,
    );
    expect(oneLine(sql)).toMatch(
      /^SELECT parent.key::text AS parent_key, page.\* FROM unnest\(\$3::bigint\[\]\) AS parent \(key\) CROSS JOIN LATERAL \(.* WHERE t.category_id = parent.key AND .* LIMIT \$2 \) AS page$/,
    );
    expect(values).toEqual([500, 11, ['1', '2']]);
  });

  it('of several branches reads a page of each and merges them by the values, not by their text', () => {
    const branches = { column: 't.category_id', keys: ['3', '4'] };
    const { sql, values } = keysetStatement({ ...query, branches }, forward, nowhere);
    expect(oneLine(sql)).toMatch(
      /FROM unnest\(\$3::bigint\[\]\) AS branch \(key\) CROSS JOIN LATERAL \(.* WHERE t.category_id = branch.key AND .* LIMIT \$2 \) AS merged ORDER BY merged.sort_0 ASC, merged.sort_1 ASC LIMIT \$2$/,
    );
    expect(values).toEqual([500, 11, ['3', '4']]);
  });

  it('of many parents’ branches keeps each parent to its own', () => {
    const { sql, values } = keysetStatement(
      {
        ...query,
        branches: { column: 't.category_id', keys: ['3', '4'], parentKeys: ['1', '1'] },
        parent: { column: 'branch.parent_key', keys: ['1'] },
      },
      forward,
      nowhere,
    );
    expect(oneLine(sql)).toContain(
      'AS merged WHERE branch.parent_key = parent.key ORDER BY merged.sort_0 ASC',
    );
    expect(values).toEqual([500, 11, ['3', '4'], ['1', '1'], ['1']]);
  });
});

describe('the statement of a count', () => {
  it('counts what the pages are parts of, without order or limit', () => {
    const { sql, values } = countStatement(query);
    expect(oneLine(sql)).toBe(
      `SELECT '' AS parent_key, count(*)::int AS count FROM products t WHERE t.price_minor >= $1 GROUP BY 1`,
    );
    expect(values).toEqual([500]);
  });

  it('counts each parent’s, and those of its branches', () => {
    const { sql } = countStatement({
      ...query,
      branches: { column: 't.category_id', keys: ['3'], parentKeys: ['1'] },
      parent: { column: 'branch.parent_key', keys: ['1'] },
    });
    expect(oneLine(sql)).toContain('SELECT branch.parent_key::text AS parent_key');
    expect(oneLine(sql)).toContain(
      'JOIN unnest($3::bigint[], $4::bigint[]) AS branch (key, parent_key) ON t.category_id = branch.key',
    );
  });
});
