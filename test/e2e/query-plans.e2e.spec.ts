/** Sorts, filters, search and everybody's own lists are served by their indexes, on a catalogue of 200,000 products. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import type { GraphqlClient, Variables } from '../support/graphql-client.js';
import { inflateShop } from '../support/inflate-shop.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';
import { sentFor, watchStatements } from '../support/statement-count.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** One step of a plan that was carried out: what it did, and how many rows it looked at in all. */
interface Step {
  readonly does: string;
  readonly rows: number;
}

function stepsOf(node: PlanNode): Step[] {
  const target = node['Index Name'] ?? node['Relation Name'];
  const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return [
    {
      does: target === undefined ? node['Node Type'] : `${node['Node Type']} ${target}`,
      rows: Math.round(rows),
    },
    ...(node.Plans ?? []).flatMap(stepsOf),
  ];
}

const pageSize = 20;
/** A page is read with one row more, which tells whether there is another page. */
const pageRows = pageSize + 1;

const indexSuffix = {
  NAME: 'name',
  PRICE: 'price',
  CREATED_AT: 'created',
  RATING: 'rating',
  POPULARITY: 'popularity',
} as const;
const sorts = Object.entries(indexSuffix).flatMap(([field, suffix]) =>
  ['ASC', 'DESC'].map((direction) => ({ sort: `${field}_${direction}`, suffix })),
);

let shop: RunningApp;
let customer: GraphqlClient;
let department: { readonly id: string; readonly children: readonly { readonly id: string }[] };

beforeAll(async () => {
  watchStatements();
  shop = await startApp({ env: { GRAPHQL_MAX_COST: '1000000', REQUEST_TIMEOUT_MS: '60000' } });
  await inflateShop(shop.dataSource);
  const [busiest] = await shop.dataSource.query<{ email: string }[]>(
    `SELECT email FROM customers
      WHERE id = (SELECT customer_id FROM orders GROUP BY customer_id ORDER BY count(*) DESC, customer_id LIMIT 1)`,
  );
  customer = await signInAs(shop, 'customer', busiest?.email);
  const { categories } = await shop.guest.data<{ categories: (typeof department)[] }>(
    '{ categories { id children { id } } }',
  );
  const [furniture] = categories;
  if (furniture === undefined) throw new Error('There is no category.');
  department = furniture;
});

afterAll(async () => shop.stop());

/** The plans of the statements that a query really sends, carried out; reads of the small category tree are left out. */
async function plans(query: string, variables: Variables = {}, client = shop.guest): Promise<Step[][]> {
  const found: Step[][] = [];
  for (const { text, values } of await sentFor(client, query, variables)) {
    if (/"?categories"?/.test(text)) continue;
    const [row] = await shop.dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      [...values],
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    if (plan !== undefined) found.push(stepsOf(plan));
  }
  return found;
}

async function onlyPlan(query: string, variables: Variables = {}, client = shop.guest): Promise<Step[]> {
  const [plan, ...more] = await plans(query, variables, client);
  if (plan === undefined || more.length > 0)
    throw new Error(`${more.length + 1} statements were sent instead of one.`);
  return plan;
}

const does = (plan: readonly Step[]) => plan.map((step) => step.does);
const mostRows = (plan: readonly Step[]) => Math.max(...plan.map(({ rows }) => rows));

const page = 'nodes { sku } pageInfo { hasNextPage endCursor }';
const productsQuery = `
  query ($first: Int, $last: Int, $after: String, $sort: ProductSort, $filter: ProductFilter) {
    products(first: $first, last: $last, after: $after, sort: $sort, filter: $filter) { ${page} }
  }`;

test('there are 200,000 products', async () => {
  const [row] = await shop.dataSource.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM products',
  );
  expect(row?.count).toBeGreaterThan(200_000);
});

describe.each(sorts)('$sort', ({ sort, suffix }) => {
  const scan = `Index Scan products_by_${suffix}`;

  test('the first page, the last and one behind a cursor each read one page off the index', async () => {
    const { products } = await shop.guest.data<{ products: { pageInfo: { endCursor: string } } }>(
      productsQuery,
      { sort, first: 100 },
    );
    const after = products.pageInfo.endCursor;
    for (const args of [
      { first: pageSize },
      { last: pageSize },
      { first: pageSize, after },
      { last: pageSize, after },
    ]) {
      const plan = await onlyPlan(productsQuery, { sort, ...args });
      expect(does(plan)).toEqual(['Limit', scan]);
      expect(mostRows(plan)).toBe(pageRows);
    }
  });

  test('a sub-category and a department read a page of each sub-category', async () => {
    const [child] = department.children;
    for (const [categoryId, branches] of [
      [child?.id, 1],
      [department.id, department.children.length + 1],
    ] as const) {
      const plan = await onlyPlan(productsQuery, { sort, first: pageSize, filter: { categoryId } });
      expect(does(plan)).toContain(`Index Scan products_in_category_by_${suffix}`);
      expect(does(plan).join()).not.toMatch(/Seq Scan|Bitmap/);
      expect(mostRows(plan)).toBeLessThanOrEqual(branches * pageRows);
    }
  });

  test('all categories’ own lists read a page of each sub-category', async () => {
    const lists = `categories { products(first: 10, sort: ${sort}) { ${page} } children { products(first: 10, sort: ${sort}) { ${page} } } }`;
    for (const plan of await plans(`{ ${lists} }`)) {
      expect(does(plan)).toContain(`Index Scan products_in_category_by_${suffix}`);
      expect(mostRows(plan)).toBeLessThanOrEqual(20 * 20);
    }
  });

  test.each([
    ['a narrow range of prices', { minPrice: 10_000, maxPrice: 10_500 }],
    ['a wide range of prices', { minPrice: 10_000 }],
    ['a rating', { minRating: 4 }],
    ['what is in stock', { inStock: true }],
    ['what is sold out', { inStock: false }],
    ['a few skus', { skus: ['OFF-EN-10002312', 'OFF-EN-10004483', 'FUR-BO-10001798'] }],
  ])('filtered by %s it passes over few rows', async (_name, filter) => {
    const plan = await onlyPlan(productsQuery, { sort, first: pageSize, filter });
    expect(does(plan).join()).not.toContain('Seq Scan');
    expect(mostRows(plan)).toBeLessThan(2_000);
  });

  test('all filters at once pass over few rows', async () => {
    const filter = {
      categoryId: department.id,
      minPrice: 10_000,
      maxPrice: 900_000,
      minRating: 3,
      inStock: true,
    };
    const plan = await onlyPlan(productsQuery, { sort, first: pageSize, filter });
    expect(does(plan).join()).not.toContain('Seq Scan');
    expect(mostRows(plan)).toBeLessThan(2_000);
  });
});

describe('search', () => {
  test.each(['chair', 'lether chiar', 'bookcase maple', 'FUR-BO-10004015', 'qqqqqq'])(
    'for "%s" reads only what matches',
    async (query) => {
      for (const plan of await plans(
        `query ($query: String!) { search(query: $query, first: 20) { ${page} } }`,
        { query },
      )) {
        expect(does(plan).join()).not.toMatch(/Seq Scan (products|search_words)/);
        if (does(plan)[0] === 'Limit' && mostRows(plan) > 0)
          expect(does(plan)).toContain('Bitmap Index Scan products_search');
      }
    },
  );
});

describe('everybody’s own', () => {
  test('my orders and their lines', async () => {
    const [orders, ...below] = await plans(
      '{ myOrders(first: 20) { nodes { number lines { quantity product { name } } } } }',
      {},
      customer,
    );
    expect(does(orders ?? [])).toEqual(['Limit', 'Index Scan orders_by_customer']);
    expect(mostRows(orders ?? [])).toBe(pageRows);
    for (const plan of below) expect(does(plan).join()).not.toContain('Seq Scan');
  });

  test('my orders from the end and behind a cursor', async () => {
    const { myOrders } = await customer.data<{ myOrders: { pageInfo: { endCursor: string } } }>(
      '{ myOrders(first: 50) { pageInfo { endCursor } } }',
    );
    for (const args of ['last: 20', `first: 20, after: "${myOrders.pageInfo.endCursor}"`]) {
      const plan = await onlyPlan(`{ myOrders(${args}) { nodes { number } } }`, {}, customer);
      expect(does(plan)).toEqual(['Limit', 'Index Scan orders_by_customer']);
      expect(mostRows(plan)).toBe(pageRows);
    }
  });

  test('my notifications, all and unread', async () => {
    for (const [unreadOnly, index] of [
      [false, 'notifications_by_customer'],
      [true, 'notifications_unread'],
    ] as const) {
      const plan = await onlyPlan(
        `{ notifications(first: 20, unreadOnly: ${unreadOnly}) { nodes { title } } }`,
        {},
        customer,
      );
      expect(does(plan).join()).toContain(index);
      expect(does(plan).join()).not.toContain('Seq Scan');
      expect(mostRows(plan)).toBeLessThan(100);
    }
  });

  test('reviews below a page of products', async () => {
    const [products, reviews] = await plans(
      '{ products(first: 20, sort: CREATED_AT_DESC) { nodes { reviews(first: 3) { nodes { rating } } } } }',
    );
    expect(does(products ?? [])).toEqual(['Limit', 'Index Scan products_by_created']);
    expect(does(reviews ?? [])).toContain('Index Scan reviews_by_product');
    expect(mostRows(reviews ?? [])).toBeLessThanOrEqual(20 * 4);
  });
});
