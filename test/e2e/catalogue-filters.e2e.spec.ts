/** Every combination of filters lists exactly the products that a look at each single one of them would choose. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  connectionFields,
  walkForward,
  type ConnectionAnswer,
  type PageArguments,
} from '../support/connections.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface ProductRow {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly category_id: string;
  readonly parent_id: string | null;
  readonly price_minor: number;
  readonly rating: number;
  readonly available: number;
}

interface Filter {
  readonly categoryId?: string | null;
  readonly minPrice?: number | null;
  readonly maxPrice?: number | null;
  readonly minRating?: number | null;
  readonly inStock?: boolean | null;
  readonly skus?: readonly string[] | null;
}

const query = `
  query ($first: Int, $after: String, $filter: ProductFilter, $sort: ProductSort) {
    products(first: $first, after: $after, filter: $filter, sort: $sort) { ${connectionFields('sku')} }
  }`;

let shop: RunningApp;
/** In the order of their prices. */
let rows: readonly ProductRow[];
let categoryKeys: readonly string[];

const categoryIdOf = (key: string) => Buffer.from(`Category:${key}`).toString('base64url');

beforeAll(async () => {
  shop = await startApp();
  rows = await shop.dataSource.query<ProductRow[]>(
    `SELECT p.id::text, p.sku, p.name, p.category_id::text, c.parent_id::text, p.price_minor,
            p.rating_average::float8 AS rating, coalesce(s.available, 0) AS available
       FROM products p JOIN categories c ON c.id = p.category_id LEFT JOIN stock_levels s ON s.product_id = p.id
      ORDER BY p.price_minor, p.id`,
  );
  const categories = await shop.dataSource.query<{ id: string }[]>(
    'SELECT id::text FROM categories ORDER BY id',
  );
  categoryKeys = categories.map(({ id }) => id);
});

afterAll(async () => shop.stop());

const isGiven = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;

/** The tree has two levels, so a category's own key and its parent's are all there is to look at. */
function isWanted(
  row: ProductRow,
  { categoryId, minPrice, maxPrice, minRating, inStock, skus }: Filter,
): boolean {
  return (
    (!isGiven(categoryId) ||
      categoryIdOf(row.category_id) === categoryId ||
      (row.parent_id !== null && categoryIdOf(row.parent_id) === categoryId)) &&
    (!isGiven(minPrice) || row.price_minor >= minPrice) &&
    (!isGiven(maxPrice) || row.price_minor <= maxPrice) &&
    (!isGiven(minRating) || row.rating >= minRating) &&
    (!isGiven(inStock) || row.available > 0 === inStock) &&
    (!isGiven(skus) || skus.includes(row.sku))
  );
}

async function listed(
  filter: Filter | null,
  sort = 'PRICE_ASC',
): Promise<{ skus: string[]; totalCount: number }> {
  let totalCount = -1;
  const read = async (page: PageArguments) => {
    const { products } = await shop.guest.data<{ products: ConnectionAnswer<{ sku: string }> }>(query, {
      ...page,
      filter,
      sort,
    });
    totalCount = products.totalCount;
    return products;
  };
  const nodes = await walkForward(read, 100);
  return { skus: nodes.map(({ sku }) => sku), totalCount };
}

const expectedSkus = (filter: Filter) => rows.filter((row) => isWanted(row, filter)).map(({ sku }) => sku);

describe('filters', () => {
  test('any combination, in either direction', async () => {
    const price = fc.nat(200_000);
    const filters = fc.record(
      {
        categoryId: fc.nat().map((at) => categoryIdOf(categoryKeys[at % categoryKeys.length] ?? '')),
        minPrice: price,
        maxPrice: fc.option(price.map((above) => above + 1_000)),
        minRating: fc.integer({ min: 1, max: 5 }),
        inStock: fc.option(fc.boolean()),
        skus: fc.array(
          fc.nat().map((at) => rows[at % rows.length]?.sku ?? ''),
          { maxLength: 100 },
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filters, fc.boolean(), async (filter, descending) => {
        const expected = expectedSkus(filter);
        const found = await listed(filter, descending ? 'PRICE_DESC' : 'PRICE_ASC');
        expect(found.skus).toEqual(descending ? expected.toReversed() : expected);
        expect(found.totalCount).toBe(expected.length);
      }),
      { seed: 20_171_230, numRuns: 80 },
    );
  });

  test('a department lists the products of all of its sub-categories, as its own list does', async () => {
    const { categories } = await shop.guest.data<{
      categories: {
        id: string;
        products: { totalCount: number };
        children: { id: string; products: { totalCount: number } }[];
      }[];
    }>(`{ categories { id products { totalCount } children { id products { totalCount } } } }`);
    expect(categories.length).toBeGreaterThanOrEqual(3);
    for (const { id, products, children } of categories) {
      const below = children.reduce((sum, child) => sum + child.products.totalCount, 0);
      expect(products.totalCount).toBe(below);
      expect((await listed({ categoryId: id })).totalCount).toBe(below);
    }
    expect(categories.reduce((sum, { products }) => sum + products.totalCount, 0)).toBe(rows.length);
  });

  test('bounds include the price itself', async () => {
    const price = rows[700]?.price_minor ?? 0;
    const { skus } = await listed({ minPrice: price, maxPrice: price });
    expect(skus).toContain(rows[700]?.sku);
    expect(skus).toEqual(expectedSkus({ minPrice: price, maxPrice: price }));
  });

  test('in stock and out of stock split the catalogue in two', async () => {
    const here = await listed({ inStock: true });
    const gone = await listed({ inStock: false });
    expect(gone.totalCount).toBeGreaterThan(0);
    expect(here.totalCount + gone.totalCount).toBe(rows.length);
  });

  test('an empty list of skus lists nothing; an empty filter and no filter list all', async () => {
    expect((await listed({ skus: [] })).totalCount).toBe(0);
    expect((await listed({})).totalCount).toBe(rows.length);
    expect((await listed(null)).totalCount).toBe(rows.length);
  });

  test('a category that there is not lists nothing', async () => {
    expect((await listed({ categoryId: categoryIdOf('999999') })).totalCount).toBe(0);
  });

  test.each([
    ['a negative price', { minPrice: -1 }],
    ['a rating of none', { minRating: 0 }],
    ['a rating above five', { minRating: 6 }],
    ['more than 100 skus', { skus: Array.from({ length: 101 }, (_, at) => `S${at}`) }],
    ['a sku with a NUL', { skus: ['A\u0000B'] }],
    ['half a surrogate pair', { skus: ['\uD83D'] }],
    ['a category that is none', { categoryId: 'x' }],
  ])('%s is refused', async (_name, filter) => {
    expect(await shop.guest.errorCode(query, { filter })).toBe('BAD_USER_INPUT');
  });
});

describe('one product', () => {
  test('is found by its sku and by its id, and not by both or neither', async () => {
    const bySku = `query ($id: ID, $sku: String) { product(id: $id, sku: $sku) { id sku } }`;
    const sku = rows[3]?.sku;
    const { product } = await shop.guest.data<{ product: { id: string; sku: string } }>(bySku, { sku });
    expect(product.sku).toBe(sku);
    expect(await shop.guest.data(bySku, { id: product.id })).toEqual({ product });
    expect(await shop.guest.data(bySku, { sku: 'no such' })).toEqual({ product: null });
    expect(await shop.guest.errorCode(bySku, {})).toBe('BAD_USER_INPUT');
    expect(await shop.guest.errorCode(bySku, { id: product.id, sku })).toBe('BAD_USER_INPUT');
    expect(await shop.guest.errorCode(bySku, { sku: '\u0000' })).toBe('BAD_USER_INPUT');
  });
});

describe('categories', () => {
  test('are a tree of departments and sub-categories, found by slug and by id', async () => {
    const { categories } = await shop.guest.data<{
      categories: {
        name: string;
        parent: null;
        children: { name: string; slug: string; parent: { name: string } }[];
      }[];
    }>(`{ categories { name parent { name } children { name slug parent { name } } } }`);
    expect(categories.map(({ name }) => name).toSorted()).toEqual([
      'Furniture',
      'Office Supplies',
      'Technology',
    ]);
    expect(categories.flatMap(({ children }) => children)).toHaveLength(17);
    for (const { name, parent, children } of categories) {
      expect(parent).toBeNull();
      for (const child of children) expect(child.parent.name).toBe(name);
    }
    const child = categories[0]?.children[0];
    const bySlug = `query ($id: ID, $slug: String) { category(id: $id, slug: $slug) { id name } }`;
    const { category } = await shop.guest.data<{ category: { id: string; name: string } }>(bySlug, {
      slug: child?.slug,
    });
    expect(category.name).toBe(child?.name);
    expect(await shop.guest.data(bySlug, { id: category.id })).toEqual({ category });
    expect(await shop.guest.data(bySlug, { slug: 'no/such\u0000' })).toEqual({ category: null });
    expect(await shop.guest.errorCode(bySlug)).toBe('BAD_USER_INPUT');
  });

  test('every sort orders a category’s own list as it orders the catalogue', async () => {
    const { __type } = await shop.guest.data<{ __type: { enumValues: { name: string }[] } }>(
      `{ __type(name: "ProductSort") { enumValues { name } } }`,
    );
    for (const { name } of __type.enumValues) {
      const { categories } = await shop.guest.data<{
        categories: { id: string; products: { nodes: { sku: string }[] } }[];
      }>(
        `query ($sort: ProductSort) { categories { id products(first: 40, sort: $sort) { nodes { sku } } } }`,
        { sort: name },
      );
      for (const { id, products } of categories) {
        const { products: same } = await shop.guest.data<{ products: { nodes: unknown } }>(
          `query ($sort: ProductSort, $id: ID) { products(first: 40, sort: $sort, filter: { categoryId: $id }) { nodes { sku } } }`,
          { sort: name, id },
        );
        expect(products.nodes).toEqual(same.nodes);
      }
    }
  });

  test('pages of many categories at once walk each to its end', async () => {
    const { categories } = await shop.guest.data<{
      categories: { id: string; children: { id: string }[] }[];
    }>(`{ categories { id children { id } } }`);
    const child = categories[1]?.children[2]?.id;
    const read = async (page: PageArguments) => {
      const { category } = await shop.guest.data<{
        category: { products: ConnectionAnswer<{ sku: string }> };
      }>(
        `query ($id: ID!, $first: Int, $after: String) {
           category(id: $id) { products(first: $first, after: $after, sort: PRICE_ASC) { ${connectionFields('sku')} } }
         }`,
        { ...page, id: child },
      );
      return category.products;
    };
    expect((await walkForward(read, 7)).map(({ sku }) => sku)).toEqual(
      expectedSkus({ categoryId: child ?? '' }),
    );
  });
});
