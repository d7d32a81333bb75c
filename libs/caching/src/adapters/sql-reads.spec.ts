import { beforeAll, describe, expect, it } from 'vitest';
import type { EqualityType, OrderedType } from '../core/row-read.js';
import type {
  ColumnFacts,
  FunctionFacts,
  TableCatalog,
  TrackedTable,
  UntrackedRelation,
} from '../core/table-catalog.js';
import { SqlReads } from './sql-reads.js';

function table(
  name: string,
  columns: Record<string, [EqualityType | undefined, OrderedType?]>,
): [string, TrackedTable] {
  const facts = Object.entries(columns).map(([column, [equality, ordering]]): [string, ColumnFacts] => [
    column,
    { name: column, equality, ordering, isSearchDocument: column === 'document', isVirtual: false },
  ]);
  return [`public.${name}`, { kind: 'tracked', name, columns: new Map(facts), primaryKey: ['id'] }];
}

const pure: FunctionFacts = { reads: [], isTimeDependent: false, isAggregate: false, returnsSet: false };

const catalog: TableCatalog = {
  searchPath: ['public'],
  relations: new Map<string, TrackedTable | UntrackedRelation>([
    table('products', {
      id: ['integer', 'integer'],
      sku: ['text'],
      price: ['integer', 'integer'],
      category_id: ['integer', 'integer'],
      sold: [undefined, 'numeric'],
      title: ['text', 'text'],
      document: [undefined],
    }),
    table('stock', {
      id: ['integer', 'integer'],
      product_id: ['integer', 'integer'],
      units: ['integer', 'integer'],
    }),
    ['public.prices', { kind: 'untracked', reason: 'it is no plain table' }],
    ['public.logs', { kind: 'untracked', reason: 'not all of its changes are recorded' }],
  ]),
  functions: new Map<string, FunctionFacts>([
    ['lower', pure],
    ['unnest', { ...pure, returnsSet: true }],
    ['count', { ...pure, isAggregate: true }],
    ['now', { ...pure, isTimeDependent: true }],
    ['secret', { ...pure, reads: undefined }],
    ['in_stock', { ...pure, reads: undefined }],
    ['deep_stock', { ...pure, reads: undefined }],
  ]),
  functionBodies: new Map([
    ['deep_stock', { sql: 'SELECT in_stock(asked)', argumentNames: ['asked'] }],
    ['in_stock', { sql: 'SELECT count(*) FROM stock WHERE product_id = asked', argumentNames: ['asked'] }],
  ]),
  operators: new Map([['%%', false]]),
  types: new Set(['tsquery', 'int4', 'int8', 'text', 'timestamptz', 'numeric', 'bpchar']),
};

const count = (condition: string) => `SELECT count(*) FROM products WHERE ${condition}`;

describe(SqlReads.name, () => {
  let sqlReads: SqlReads;
  beforeAll(async () => {
    sqlReads = await SqlReads.load(catalog);
  });

  const isTimeDependent = (sql: string, params: unknown[] = []) =>
    (sqlReads.read(sql, params, []) as { isTimeDependent?: boolean }).isTimeDependent;
  const read = (sql: string, params: unknown[] = [], rows: Record<string, unknown>[] = []) => {
    const result = sqlReads.read(sql, params, rows);
    if (result.kind !== 'reads') throw new Error(JSON.stringify(result));
    return result.reads;
  };

  it.each([
    ['a view', 'SELECT * FROM prices'],
    ['a table that nobody watches', 'SELECT * FROM products, logs'],
    ['a table that is not known', 'SELECT * FROM elsewhere.products'],
    ['a table of the system', 'SELECT relname FROM pg_class'],
    ['a function of which nobody knows what it reads', 'SELECT secret()'],
    ['a function that is not known', 'SELECT * FROM products WHERE lost(id)'],
    ['an operator of which nobody knows what it reads', 'SELECT sku %% $1 FROM products'],
    ['a type whose input may read anything', 'SELECT $1::regclass'],
    ['a system column', 'SELECT xmin FROM products'],
    ['a field that may be a function', 'SELECT (p).secret FROM products p'],
    ['a column that is not known', 'SELECT p.new_one FROM products p'],
    ['a random sample', 'SELECT id FROM products TABLESAMPLE SYSTEM (10)'],
    ['the session', 'SELECT current_user'],
    ['a join with a name', 'SELECT j.sku FROM (products p JOIN stock s ON s.product_id = p.id) AS j'],
    ['several statements', 'SELECT 1; SELECT 2'],
    ['a cursor', 'FETCH ALL FROM c'],
    ['a setting that changes what names mean', 'SET search_path = elsewhere'],
    ['what is no SQL', 'SELEC 1'],
  ])('does not vouch for %s', (_, sql) => {
    expect(sqlReads.analyse(sql)).toMatchObject({ kind: 'opaque' });
  });

  it.each([
    'SELECT * FROM products WHERE id = $1 FOR UPDATE',
    'SELECT * FROM (SELECT * FROM products FOR SHARE) p',
    'WITH gone AS (DELETE FROM products RETURNING id) SELECT * FROM gone',
    'SELECT * INTO copy FROM products',
    'UPDATE products SET price = 1',
    'TRUNCATE products',
    'CALL anything()',
    'BEGIN; DELETE FROM products; COMMIT',
  ])('takes for a write: %s', (sql) => {
    expect(sqlReads.analyse(sql)).toEqual({ kind: 'write' });
  });

  it.each(['BEGIN', 'COMMIT', "SET statement_timeout = '1s'", 'START TRANSACTION READ ONLY'])(
    'takes for nothing: %s',
    (sql) => {
      expect(sqlReads.analyse(sql)).toEqual({ kind: 'none' });
    },
  );

  it('notices an answer that changes with the time', () => {
    expect(isTimeDependent('SELECT id FROM products WHERE sku < now()::text')).toBe(true);
    expect(isTimeDependent('SELECT CURRENT_DATE')).toBe(true);
    expect(isTimeDependent("SELECT 'today'::timestamptz")).toBe(true);
    expect(isTimeDependent('SELECT $1::timestamptz', ['tomorrow 10:00'])).toBe(true);
    expect(isTimeDependent('SELECT $1::timestamptz', ['2026-01-01'])).toBe(false);
  });

  it('sees the rows with the asked values, and the columns that are shown or decide', () => {
    expect(read('SELECT sku FROM products WHERE id IN ($1, $2)', ['2', 1])).toEqual([
      { table: 'products', where: [{ column: 'id', values: ['2', '1'] }], columns: ['id', 'sku'] },
    ]);
  });

  it('tells columns that decide from those that are merely shown of the rows in the answer', () => {
    const sql = 'SELECT id, sku, price FROM products WHERE category_id = $1 ORDER BY price, id';
    expect(
      read(
        sql,
        ['7'],
        [
          { id: '4', sku: 'x', price: 1 },
          { id: '5', sku: 'y', price: 2 },
        ],
      ),
    ).toEqual([
      {
        table: 'products',
        where: [{ column: 'category_id', values: ['7'] }],
        columns: ['category_id', 'id', 'price'],
      },
      { table: 'products', where: [{ column: 'id', values: ['4', '5'] }], columns: ['sku'] },
    ]);
  });

  it('follows an equality from one table to the next', () => {
    const sql = `SELECT p.sku, s.units FROM unnest($1::bigint[]) AS asked (id)
      JOIN products p ON p.id = asked.id LEFT JOIN stock s ON s.product_id = p.id`;
    expect(read(sql, [[1, 2]])).toEqual([
      { table: 'products', where: [{ column: 'id', values: ['1', '2'] }], columns: ['id', 'sku'] },
      {
        table: 'stock',
        where: [{ column: 'product_id', values: ['1', '2'] }],
        columns: ['product_id', 'units'],
      },
    ]);
  });

  it('leaves out a condition whose value it cannot tell, and a read that NULL makes empty', () => {
    const sql = 'SELECT price FROM products WHERE sku = $1';
    expect(read(sql, [5])).toMatchObject([{ where: [] }]);
    expect(read(sql, [null])).toEqual([]);
    expect(read('SELECT price FROM products WHERE id = ANY($1)', ['{1,2}'])).toMatchObject([{ where: [] }]);
    const many = Array.from({ length: 201 }, (_, at) => at);
    expect(read('SELECT price FROM products WHERE id = ANY($1)', [many])).toMatchObject([{ where: [] }]);
  });

  it('does not trust a parameter whose type another place may decide', () => {
    const sql = 'SELECT price FROM products WHERE $1::bpchar IS NOT NULL AND sku = $1';
    expect(read(sql, ['x '])).toMatchObject([{ where: [] }]);
  });

  it('keeps comparisons as conditions instead of columns', () => {
    const sql = 'SELECT count(*) FROM products p WHERE price >= $1 AND sold > 2';
    const priced = { kind: 'comparison', columns: [{ column: 'price', type: 'integer' }], operator: '>=' };
    const sold = { kind: 'comparison', columns: [{ column: 'sold', type: 'numeric' }], operator: '>' };
    expect(read(sql, [100])).toEqual([
      {
        table: 'products',
        where: [],
        columns: ['price', 'sold'],
        tested: ['price', 'sold'],
        residuals: [
          { ...priced, values: ['100'] },
          { ...sold, values: ['2'] },
        ],
      },
    ]);
    expect(read(sql, ['none'])).toMatchObject([{ columns: ['price', 'sold'], tested: ['sold'] }]);
  });

  it('ends a full page at its last row, and a page that is not full nowhere', () => {
    const sql = 'SELECT id, price FROM products ORDER BY price DESC, id DESC LIMIT $1';
    const rows = [
      { id: '9', price: 50 },
      { id: '3', price: 40 },
    ];
    expect(read(sql, [2], rows)[0]?.residuals).toMatchObject([{ kind: 'window', values: ['40', '3'] }]);
    expect(read(sql, [3], rows)[0]?.residuals).toBeUndefined();
    expect(read(sql, [null], rows)[0]?.residuals).toBeUndefined();
  });

  it('orders text by columns whose collation it knows, and by no other collation', () => {
    const rows = [{ id: '9', title: 'Chair', sku: 'a' }];
    const residuals = (order: string) =>
      read(`SELECT id, title, sku FROM products ORDER BY ${order} LIMIT 1`, [], rows)[0]?.residuals;
    expect(residuals('title, id')).toMatchObject([{ kind: 'window', values: ['Chair', '9'] }]);
    for (const order of ['sku, id', 'title COLLATE "de-x-icu", id', 'lower(title), id'])
      expect(residuals(order), order).toBeUndefined();
  });

  it('keeps searches for queries that it knows as conditions', () => {
    const chair = { kind: 'search', column: 'document', queries: [[[" 'chair"]]] };
    const known = { columns: ['document'], tested: ['document'], residuals: [chair] };
    expect(read(count('document @@ $1::tsquery'), ["'chair':*"])).toMatchObject([known]);
    expect(read(count('$1::tsquery @@ document'), ["'chair':*"])).toMatchObject([known]);
    expect(read(count("document @@ '''chair'':*'::tsquery"))).toMatchObject([known]);
    const some = `SELECT EXISTS (SELECT FROM products WHERE document @@ asked.query) FROM unnest($1::tsquery[]) AS asked (query)`;
    expect(read(some, [["'chair':*", '', null]])).toMatchObject([known]);
    expect(read(count('document @@ $1::tsquery'), ['chair'])).toMatchObject([{ columns: ['document'] }]);
    expect(read(count('document @@ $1::tsquery'), ['chair'])[0]?.residuals).toBeUndefined();
  });

  it.each([
    'document @@ $1',
    'document @@ ($1::text)::tsquery',
    'document @@ $1::tsquery OR price = 1',
    'sku @@ $1::tsquery',
  ])('takes no query from %s', (condition) => {
    const [found] = read(count(condition), ["'chair'"]);
    expect(found?.residuals).toBeUndefined();
  });

  it('reads the bodies of functions in SQL, also of those that call one another', () => {
    expect(read('SELECT deep_stock($1)', [1])).toEqual([{ table: 'stock', where: [], columns: undefined }]);
  });

  it('takes a CTE for itself where it has the name of a table', () => {
    expect(read('WITH products AS (SELECT id FROM stock) SELECT id FROM products WHERE id = 1')).toEqual([
      { table: 'stock', where: [], columns: ['id'] },
    ]);
    expect(read('WITH products AS (SELECT 1 AS id) SELECT p.id FROM public.products p')).toMatchObject([
      { table: 'products' },
    ]);
  });
});
