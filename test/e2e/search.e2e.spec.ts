/** Search finds what a shopper means: stems, beginnings, several words, accents, slips of the finger, parts of a sku. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import {
  connectionFields,
  walkBackward,
  walkForward,
  type ConnectionAnswer,
  type PageArguments,
} from '../support/connections.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface Found {
  readonly sku: string;
  readonly name: string;
  readonly category: { readonly name: string };
}

const searchQuery = `
  query ($query: String!, $first: Int, $after: String, $last: Int, $before: String) {
    search(query: $query, first: $first, after: $after, last: $last, before: $before) {
      ${connectionFields('sku name category { name }')}
    }
  }`;

let shop: RunningApp;
let staff: GraphqlClient;

beforeAll(async () => {
  shop = await startApp();
  staff = await signInAs(shop, 'staff');
  await shop.dataSource.query(
    `INSERT INTO products (sku, name, description, category_id, price_minor)
     SELECT sku, name, description, (SELECT id FROM categories WHERE name = 'Art'), 100
       FROM (VALUES ('ZZ-NAME-1', 'Zeppelin paperweight', 'Heavy.'),
                    ('ZZ-DESC-1', 'Heavy paperweight', 'Looks like a zeppelin.'),
                    ('ZZ-ACC-1', 'Crème brûlée torch', 'Façade of steel, naïve and élégant.'),
                    ('QX-ABC-90210', 'Slashed black/silver and/or letter/legal mousetrap', '')) AS added (sku, name, description)`,
  );
});

afterAll(async () => shop.stop());

async function search(query: string, page: PageArguments = { first: 100 }): Promise<ConnectionAnswer<Found>> {
  const data = await shop.guest.data<{ search: ConnectionAnswer<Found> }>(searchQuery, { query, ...page });
  return data.search;
}

async function found(query: string): Promise<Found[]> {
  return (await search(query)).edges.map(({ node }) => node);
}

const skus = async (query: string) => (await found(query)).map(({ sku }) => sku);

describe('words', () => {
  test.each([
    ['chairs', /chair/i],
    ['bookcase', /bookcase/i],
    ['printers', /print/i],
    ['folding', /fold/i],
  ])('%s is found in whatever form it stands', async (query, pattern) => {
    const products = await found(query);
    expect(products.length).toBeGreaterThan(3);
    for (const { name, category } of products.slice(0, 20))
      expect(`${name} ${category.name}`).toMatch(pattern);
  });

  test('singular and plural find the same', async () => {
    expect((await search('chair')).totalCount).toBe((await search('chairs')).totalCount);
  });

  test('a word may be unfinished, and each further letter narrows it', async () => {
    const counts = await Promise.all(
      ['ch', 'cha', 'chai', 'chair'].map(async (query) => (await search(query)).totalCount),
    );
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts.at(-1)).toBeGreaterThan(50);
  });

  test('all of several words must be there, in any order and any case', async () => {
    const both = await skus('leather chair');
    expect(both.length).toBeGreaterThan(0);
    expect(await skus('CHAIR, Leather!')).toEqual(both);
    const [leather, chair] = await Promise.all([search('leather'), search('chair')]);
    expect(both.length).toBeLessThan(Math.min(leather.totalCount, chair.totalCount) + 1);
    for (const { name } of (await found('leather chair')).slice(0, 5)) expect(name).toMatch(/leather/i);
  });

  test('accents do not matter on either side', async () => {
    for (const query of ['creme brulee', 'crème brûlée', 'CRÈME', 'Creme Brulée', 'facade elegant', 'naive'])
      expect(await skus(query)).toContain('ZZ-ACC-1');
  });

  test('the category’s and the department’s name find its products', async () => {
    const phones = await found('phones');
    expect(phones.some(({ name, category }) => category.name === 'Phones' && !/phone/i.test(name))).toBe(
      true,
    );
    expect((await search('technology')).totalCount).toBeGreaterThan(300);
  });

  test('words beside a slash are words of their own', async () => {
    for (const query of ['silver mousetrap', 'black mousetrap', 'legal mousetrap', 'letter mousetrap'])
      expect(await skus(query)).toContain('QX-ABC-90210');
  });

  test('every product is found by the words of its own name', async () => {
    const rows = await shop.dataSource.query<{ sku: string; name: string }[]>(
      'SELECT sku, name FROM products WHERE id % 29 = 0 ORDER BY id',
    );
    const lost: string[] = [];
    for (const { sku, name } of rows) if (!(await skus(name)).includes(sku)) lost.push(`${sku} ${name}`);
    expect(rows.length).toBeGreaterThan(50);
    expect(lost).toEqual([]);
  });

  test('stop words are passed over, and alone find nothing', async () => {
    expect(await skus('the zeppelin and a paperweight')).toEqual(await skus('zeppelin paperweight'));
    expect((await search('the and of')).totalCount).toBe(0);
  });
});

describe('slips of the finger', () => {
  test.each([
    ['chiar', 'chair'],
    ['bokcase', 'bookcase'],
    ['pritner', 'printer'],
    ['stapller', 'stapler'],
    ['envelpoe', 'envelope'],
    ['lether chiar', 'leather chair'],
    ['zepelin', 'zeppelin'],
  ])('%s finds what %s finds', async (slip, meant) => {
    const right = await skus(meant);
    const guessed = await skus(slip);
    expect(right.length).toBeGreaterThan(0);
    expect(guessed).toEqual(expect.arrayContaining(right.slice(0, 5)));
  });

  test('a right word is never replaced by a more common neighbour', async () => {
    for (const { name, category } of await found('lamp')) expect(`${name} ${category.name}`).toMatch(/lamp/i);
  });

  test('what resembles nothing finds nothing', async () => {
    for (const query of ['qqqqqqqq', 'chair qqqqqqqq', 'xyzzyx', '日本語'])
      expect(await search(query)).toMatchObject({ edges: [], totalCount: 0 });
  });
});

describe('stock keeping units', () => {
  test('a whole sku finds its product first', async () => {
    const [{ sku } = { sku: '' }] = await shop.dataSource.query<{ sku: string }[]>(
      `SELECT sku FROM products WHERE sku LIKE 'FUR-%' ORDER BY id LIMIT 1`,
    );
    expect((await skus(sku))[0]).toBe(sku);
    expect((await skus(sku.toLowerCase()))[0]).toBe(sku);
  });

  test('so do its parts, whole or begun', async () => {
    for (const query of ['90210', '9021', 'QX 90210', 'qx-abc', 'QX-ABC-90210'])
      expect(await skus(query)).toEqual(['QX-ABC-90210']);
  });
});

describe('whatever is typed', () => {
  const typed = [
    `'`,
    `''`,
    `"chair"`,
    `chair'`,
    `'; DROP TABLE products; --`,
    ':*',
    'chair:*',
    'chair:*A',
    '&',
    '|',
    '!',
    '& | !',
    '!chair',
    'chair & !table',
    'chair <-> table',
    '(',
    ')',
    '((((',
    'a:b:c',
    '\\',
    '\\\\',
    'chair\\',
    '%',
    '_',
    '%%chair%%',
    '$1',
    '{}',
    '\t\n chair \r\n',
    '',
    ' ',
    '-',
    '--',
    '/',
    'http://example.com/chair?x=1',
    'me@example.com',
    '1e400',
    '-1',
    '0x10',
    '½',
    '①',
    'ß',
    'İ',
    'ﬁle',
    '👩‍👩‍👧',
    'chair👍',
    '\u202Echair',
    'a'.repeat(200),
    'chair '.repeat(33),
    'العربية',
    '中文 chair',
    'и',
    '٣',
    '௰',
  ];

  test('is answered without an error', async () => {
    for (const query of typed) {
      const { errors, status } = await shop.guest.ask(searchQuery, { query });
      expect({ query, errors, status }).toEqual({ query, errors: undefined, status: 200 });
    }
  });

  test('quotes and operators are no syntax: they change nothing', async () => {
    const plain = await skus('chair');
    for (const query of [
      `"chair"`,
      `'chair'`,
      'chair:*',
      '!chair',
      '(chair',
      'chair\\',
      '& chair |',
      '\t chair \n',
    ])
      expect(await skus(query)).toEqual(plain);
  });

  test('more than 200 characters, a NUL and half a character are refused with a reason', async () => {
    for (const query of ['a'.repeat(201), 'chair\u0000', 'chair\uD83D'])
      expect(await shop.guest.errorCode(searchQuery, { query })).toBe('BAD_USER_INPUT');
  });
});

describe('ranking and paging', () => {
  test('a word in the name ranks before the same word in the description', async () => {
    expect(await skus('zeppelin')).toEqual(['ZZ-NAME-1', 'ZZ-DESC-1']);
  });

  test.each(['chair', 'paper', 'black', 'x'])(
    'all pages of "%s" together are the whole result, once each',
    async (query) => {
      const read = async (page: PageArguments) => search(query, page);
      const forward = (await walkForward(read, 7)).map(({ sku }) => sku);
      const backward = (await walkBackward(read, 11)).map(({ sku }) => sku);
      const { totalCount } = await search(query);
      expect(totalCount).toBeGreaterThan(20);
      expect(forward).toHaveLength(totalCount);
      expect(new Set(forward).size).toBe(totalCount);
      expect(backward).toEqual(forward);
      expect(forward.slice(0, 100)).toEqual(await skus(query));
    },
  );

  test('a cursor of one search is refused by another', async () => {
    const { pageInfo } = await search('chair', { first: 3 });
    expect(await shop.guest.errorCode(searchQuery, { query: 'paper', after: pageInfo.endCursor })).toBe(
      'BAD_USER_INPUT',
    );
    expect(
      await shop.guest.errorCode(searchQuery, { query: 'CHAIR!', after: pageInfo.endCursor }),
    ).toBeUndefined();
  });
});

describe('changes are found at once', () => {
  test('a product under its new name, and no more under its old one', async () => {
    const { product } = await shop.guest.data<{ product: { id: string } }>(
      '{ product(sku: "ZZ-NAME-1") { id } }',
    );
    await staff.data(
      `mutation ($id: ID!) { updateProduct(input: { id: $id, name: "Quagga bookend" }) { product { id } } }`,
      {
        id: product.id,
      },
    );
    expect(await skus('quagga')).toEqual(['ZZ-NAME-1']);
    expect(await skus('zeppelin')).toEqual(['ZZ-DESC-1']);
    expect(await skus('quaga')).toEqual(['ZZ-NAME-1']);
  });

  test('a category’s products, and those below it, under its new name', async () => {
    await shop.dataSource.query(`UPDATE categories SET name = 'Wigwams' WHERE name = 'Art'`);
    expect(await skus('wigwam')).toEqual(expect.arrayContaining(['ZZ-DESC-1', 'ZZ-ACC-1']));
    await shop.dataSource.query(`UPDATE categories SET name = 'Yurtware' WHERE name = 'Office Supplies'`);
    expect((await search('yurtware wigwam')).totalCount).toBe((await search('wigwam')).totalCount);
  });

  test('a product of another category under that one’s name', async () => {
    const { product, category } = await shop.guest.data<{
      product: { id: string };
      category: { id: string } | null;
    }>(`{ product(sku: "ZZ-DESC-1") { id } category(slug: "technology") { id } }`);
    expect((await skus('zeppelin technology')).length).toBe(0);
    await staff.data(
      `mutation ($id: ID!, $category: ID) { updateProduct(input: { id: $id, categoryId: $category }) { product { id } } }`,
      {
        id: product.id,
        category: category?.id,
      },
    );
    expect(await skus('zeppelin technology')).toEqual(['ZZ-DESC-1']);
  });
});
