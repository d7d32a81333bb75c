/** The catalogue can be walked from either end in every order, in pages of any size, while the shop goes on changing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  connectionFields,
  walkBackward,
  walkForward,
  type ConnectionAnswer,
  type PageArguments,
} from '../support/connections.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface Listed {
  readonly sku: string;
}

const columnOf = {
  NAME: 'sort_name',
  PRICE: 'price_minor',
  CREATED_AT: 'created_at',
  RATING: 'rating_average',
  POPULARITY: 'units_sold',
} as const;

const sorts = Object.entries(columnOf).flatMap(([name, column]) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ sort: `${name}_${direction}`, column, direction })),
);

const productsQuery = `
  query ($first: Int, $after: String, $last: Int, $before: String, $sort: ProductSort, $filter: ProductFilter) {
    products(first: $first, after: $after, last: $last, before: $before, sort: $sort, filter: $filter) {
      ${connectionFields('sku')}
    }
  }`;

let shop: RunningApp;

beforeAll(async () => {
  shop = await startApp();
});

afterAll(async () => shop.stop());

function reader(sort: string) {
  return async (page: PageArguments): Promise<ConnectionAnswer<Listed>> => {
    const { products } = await shop.guest.data<{ products: ConnectionAnswer<Listed> }>(productsQuery, {
      ...page,
      sort,
    });
    return products;
  };
}

async function skusBySql(orderBy: string): Promise<string[]> {
  const rows = await shop.dataSource.query<Listed[]>(`SELECT sku FROM products ORDER BY ${orderBy}`);
  return rows.map(({ sku }) => sku);
}

const skusOf = (nodes: readonly Listed[]) => nodes.map(({ sku }) => sku);

describe('walking the whole list', () => {
  test.each(sorts)(
    '$sort gives every product once, in order, from the front',
    async ({ sort, column, direction }) => {
      const expected = await skusBySql(`${column} ${direction}, id ${direction}`);
      expect(skusOf(await walkForward(reader(sort), 97))).toEqual(expected);
    },
  );

  test.each(sorts)(
    '$sort gives every product once, in order, from the end',
    async ({ sort, column, direction }) => {
      const expected = await skusBySql(`${column} ${direction}, id ${direction}`);
      expect(skusOf(await walkBackward(reader(sort), 83))).toEqual(expected);
    },
  );

  test('pages of one find the way through many products of the same price', async () => {
    const [{ price_minor: price } = { price_minor: 0 }] = await shop.dataSource.query<
      { price_minor: number }[]
    >('SELECT price_minor FROM products GROUP BY price_minor ORDER BY count(*) DESC, price_minor LIMIT 1');
    const read = async (page: PageArguments) => {
      const { products } = await shop.guest.data<{ products: ConnectionAnswer<Listed> }>(productsQuery, {
        ...page,
        sort: 'PRICE_DESC',
        filter: { minPrice: price, maxPrice: price },
      });
      return products;
    };
    const rows = await shop.dataSource.query<Listed[]>(
      'SELECT sku FROM products WHERE price_minor = $1 ORDER BY id DESC',
      [price],
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(skusOf(await walkForward(read, 1))).toEqual(skusOf(rows));
    expect(skusOf(await walkBackward(read, 1))).toEqual(skusOf(rows));
  });

  test('equal timestamps that differ by a microsecond are kept apart', async () => {
    await shop.dataSource.query(
      `INSERT INTO products (sku, name, category_id, price_minor, created_at)
       SELECT 'MICRO-' || i, 'Micro ' || i, (SELECT max(id) FROM categories), 100,
              timestamptz '2031-01-01 00:00:00.123456+00' + i * interval '1 microsecond'
         FROM generate_series(1, 9) AS i`,
    );
    const newest = await reader('CREATED_AT_DESC')({ first: 9 });
    const walked: string[] = [];
    let after: string | null = null;
    while (walked.length < 9) {
      const page: ConnectionAnswer<Listed> = await reader('CREATED_AT_DESC')({ first: 2, after });
      walked.push(...skusOf(page.edges.map(({ node }) => node)));
      after = page.pageInfo.endCursor;
    }
    expect(walked.slice(0, 9)).toEqual(skusOf(newest.edges.map(({ node }) => node)));
    await shop.dataSource.query(`DELETE FROM products WHERE sku LIKE 'MICRO-%'`);
  });
});

/**
 * Keyset paging goes on behind the last row's key, whatever happened before it. So: what stays unchanged is seen exactly
 * once; what is new is seen when its place is still ahead; what moves may be missed or seen twice, as it was in two places.
 */
describe('walking while the shop changes', () => {
  test('unchanged products are seen exactly once, new ones only where the walk has not been yet', async () => {
    const before = await skusBySql('price_minor, id');
    const moved: string[] = [];
    const removed: string[] = [];
    const walked = skusOf(
      await walkForward(reader('PRICE_ASC'), 53, async (pagesRead) => {
        const [mover, goner] = before.slice(pagesRead * 31, pagesRead * 31 + 2);
        if (mover !== undefined && goner !== undefined && pagesRead % 2 === 0) {
          moved.push(mover);
          removed.push(goner);
          await shop.dataSource.query('UPDATE products SET price_minor = price_minor + 5000 WHERE sku = $1', [
            mover,
          ]);
          await shop.dataSource.query('UPDATE products SET price_minor = 2000000000 WHERE sku = $1', [goner]);
        }
        await shop.dataSource.query(
          `INSERT INTO products (sku, name, category_id, price_minor)
           SELECT side || $1::text, 'New', (SELECT max(id) FROM categories), price
             FROM (VALUES ('BEHIND-', 0), ('AHEAD-', 100000000)) AS added (side, price)`,
          [pagesRead],
        );
      }),
    );
    const changed = new Set([...moved, ...removed]);
    const steady = before.filter((sku) => !changed.has(sku));
    expect(walked.filter((sku) => !changed.has(sku) && !/^(BEHIND|AHEAD)-/.test(sku))).toEqual(steady);
    expect(walked.filter((sku) => sku.startsWith('BEHIND-'))).toEqual([]);
    const ahead = await shop.dataSource.query<Listed[]>(
      `SELECT sku FROM products WHERE sku LIKE 'AHEAD-%' ORDER BY id`,
    );
    expect(walked.filter((sku) => sku.startsWith('AHEAD-'))).toEqual(skusOf(ahead));
    expect(ahead.length).toBeGreaterThan(20);
  });

  test('a page goes on behind its cursor although the row that it points at has gone', async () => {
    await shop.dataSource.query(
      `INSERT INTO products (sku, name, category_id, price_minor)
       SELECT 'GONE-' || i, 'Gone', (SELECT max(id) FROM categories), 1900000000 + i FROM generate_series(1, 3) AS i`,
    );
    const price = { filter: { minPrice: 1_900_000_001, maxPrice: 1_900_000_003 }, sort: 'PRICE_ASC' };
    const first = await shop.guest.data<{ products: ConnectionAnswer<Listed> }>(productsQuery, {
      ...price,
      first: 2,
    });
    await shop.dataSource.query(`DELETE FROM products WHERE sku IN ('GONE-1', 'GONE-2')`);
    const next = await shop.guest.data<{ products: ConnectionAnswer<Listed> }>(productsQuery, {
      ...price,
      first: 2,
      after: first.products.pageInfo.endCursor,
    });
    expect(next.products.edges.map(({ node }) => node.sku)).toEqual(['GONE-3']);
  });
});

const ask = (page: PageArguments & { readonly filter?: object }) =>
  shop.guest.ask<{ products: ConnectionAnswer<Listed> }>(productsQuery, { sort: 'NAME_ASC', ...page });

describe('page arguments', () => {
  test('twenty come when no size is asked for', async () => {
    expect((await ask({})).data?.products.edges).toHaveLength(20);
  });

  test.each([
    ['both ends', { first: 1, last: 1 }],
    ['a negative first', { first: -1 }],
    ['a negative last', { last: -3 }],
    ['a first above 100', { first: 101 }],
    ['a last above 100', { last: 1_000 }],
  ])('%s are refused with a reason', async (_name, page) => {
    const { errors, status } = await ask(page);
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toMatch(/first|last/);
    expect(status).toBe(200);
  });

  test('a page of none has no edges and no cursors, and still tells whether there is more', async () => {
    for (const page of [{ first: 0 }, { last: 0 }]) {
      const { data } = await ask(page);
      expect(data?.products.edges).toEqual([]);
      expect(data?.products.pageInfo).toEqual({
        hasNextPage: 'first' in page,
        hasPreviousPage: 'last' in page,
        startCursor: null,
        endCursor: null,
      });
    }
  });

  test('null arguments are as if they were left out', async () => {
    const { data } = await ask({ first: 3, last: null as unknown as number, after: null, before: null });
    expect(data?.products.edges).toHaveLength(3);
  });

  test('after and before together cut a window out of the list, read from either of its ends', async () => {
    const all = (await ask({ first: 30 })).data?.products.edges ?? [];
    const window = { after: all[4]?.cursor ?? null, before: all[25]?.cursor ?? null };
    const between = all.slice(5, 25).map(({ node }) => node.sku);
    const skus = async (page: PageArguments) =>
      (await ask({ ...window, ...page })).data?.products.edges.map(({ node }) => node.sku);
    expect(await skus({ first: 100 })).toEqual(between);
    expect(await skus({ first: 7 })).toEqual(between.slice(0, 7));
    expect(await skus({ last: 7 })).toEqual(between.slice(-7));
    expect(await skus({ after: window.before, before: window.after })).toEqual([]);
  });

  test('start and end cursor are those of the first and the last edge', async () => {
    const page = (await ask({ first: 5 })).data?.products;
    expect(page?.pageInfo.startCursor).toBe(page?.edges[0]?.cursor);
    expect(page?.pageInfo.endCursor).toBe(page?.edges[4]?.cursor);
  });

  test('hasNextPage and hasPreviousPage are right at the front, in the middle and at the end', async () => {
    const flags = async (page: PageArguments) => {
      const info = (await ask(page)).data?.products.pageInfo;
      return [info?.hasPreviousPage, info?.hasNextPage];
    };
    const edges = (await ask({ first: 10 })).data?.products.edges ?? [];
    const last = (await ask({ last: 10 })).data?.products.edges ?? [];
    expect(await flags({ first: 10 })).toEqual([false, true]);
    expect(await flags({ first: 10, after: edges[9]?.cursor ?? null })).toEqual([true, true]);
    expect(await flags({ last: 10 })).toEqual([true, false]);
    expect(await flags({ first: 10, after: last[0]?.cursor ?? null })).toEqual([true, false]);
    expect(await flags({ last: 9, before: edges[9]?.cursor ?? null })).toEqual([false, true]);
  });

  test('totalCount is that of the whole filtered list, on every page', async () => {
    const [{ count } = { count: 0 }] = await shop.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM products',
    );
    const first = (await ask({ first: 1 })).data?.products;
    const next = (await ask({ first: 50, after: first?.pageInfo.endCursor ?? null })).data?.products;
    const none = (await ask({ filter: { skus: ['no such sku'] } })).data?.products;
    expect([first?.totalCount, next?.totalCount, none?.totalCount]).toEqual([count, count, 0]);
  });
});

const codeFor = (after: string, sort = 'NAME_ASC') =>
  shop.guest.errorCode(productsQuery, { first: 2, after, sort });

async function someCursor(): Promise<string> {
  return (await reader('NAME_ASC')({ first: 1 })).edges[0]?.cursor ?? '';
}

describe('cursors', () => {
  test('a cursor changed in any one place is refused', async () => {
    const cursor = await someCursor();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let at = 0; at < cursor.length; at += 1) {
      const other = alphabet[(alphabet.indexOf(cursor[at] ?? '') + 1) % 64];
      expect(await codeFor(cursor.slice(0, at) + other + cursor.slice(at + 1))).toBe('BAD_USER_INPUT');
    }
  });

  test('what was never a cursor is refused', async () => {
    for (const garbage of [
      '',
      ' ',
      'x',
      'null',
      '0',
      'YXJyYXljb25uZWN0aW9uOjE=',
      '\u0000',
      '💥',
      'a'.repeat(5_000),
    ])
      expect(await codeFor(garbage)).toBe('BAD_USER_INPUT');
  });

  test('a shortened or lengthened cursor is refused', async () => {
    const cursor = await someCursor();
    for (const other of [cursor.slice(0, -1), cursor.slice(0, 10), `${cursor}A`, `${cursor}!`, `${cursor}=`])
      expect(await codeFor(other)).toBe('BAD_USER_INPUT');
  });

  test('a cursor of one sort is refused by another, by a search and by the orders', async () => {
    const cursor = await someCursor();
    expect(await codeFor(cursor, 'NAME_DESC')).toBe('BAD_USER_INPUT');
    expect(await codeFor(cursor, 'PRICE_ASC')).toBe('BAD_USER_INPUT');
    const search = `query ($after: String) { search(query: "chair", after: $after) { totalCount edges { cursor } } }`;
    expect(await shop.guest.errorCode(search, { after: cursor })).toBe('BAD_USER_INPUT');
  });

  test('a cursor says nothing of the signing secret and is the same each time', async () => {
    const cursor = await someCursor();
    expect(await someCursor()).toBe(cursor);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain(shop.env.JWT_SECRET);
  });
});
