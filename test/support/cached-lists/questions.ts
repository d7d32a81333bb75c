/** What a shop's clients ask again and again: lists in every order and of every kind, objects, searches, what is one's own. */
import { toNodeId } from '../../../apps/api/src/graphql/relay/node-id.js';
import { AccessTokens } from '../../../apps/api/src/storefront/accounts/access-tokens.js';
import type { RunningApp } from '../start-app.js';

export interface CachedQuestion {
  readonly name: string;
  /** Questions of one kind are reported together. */
  readonly kind: string;
  readonly body: string;
  readonly token?: string;
}

export interface Asker {
  readonly customerKey: string;
  readonly token: string;
}

interface Asked {
  readonly kind: string;
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const card = 'id sku name price { amount currency } ratingAverage ratingCount';
const page = `edges { cursor node { ${card} } } pageInfo { hasNextPage hasPreviousPage endCursor }`;
const products = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ProductFilter, $sort: ProductSort) {
  products(first: $first, after: $after, last: $last, before: $before, filter: $filter, sort: $sort) { ${page} }
}`;
const counted = 'query ($filter: ProductFilter) { products(first: 0, filter: $filter) { totalCount } }';
const category = `query ($id: ID!, $sort: ProductSort) { category(id: $id) {
  id name slug parent { name } children { name products(first: 2) { nodes { name } } }
  products(first: 10, sort: $sort) { totalCount ${page} }
} }`;
const product = `query ($id: ID, $sku: String) { product(id: $id, sku: $sku) {
  ${card} description stock inStock unitsSold createdAt category { name slug } images { url alt }
  reviews(first: 5) { totalCount nodes { rating title body authorName } }
} }`;
const search = `query ($query: String!, $first: Int, $after: String) {
  search(query: $query, first: $first, after: $after) { totalCount ${page} }
}`;

const sorts = ['NAME', 'PRICE', 'CREATED_AT', 'RATING', 'POPULARITY'].flatMap((field) =>
  ['ASC', 'DESC'].map((direction) => `${field}_${direction}`),
);
const own: readonly Pick<Asked, 'kind' | 'query'>[] = [
  {
    kind: 'me',
    query: '{ me { id name email segment addresses { id address { recipient street city country } } } }',
  },
  {
    kind: 'my orders',
    query: `{ myOrders(first: 5) { totalCount pageInfo { endCursor hasNextPage }
      nodes { number status total { amount } lines { quantity productName total { amount } product { name } } } } }`,
  },
  {
    kind: 'notifications',
    query: '{ notifications(first: 10) { totalCount nodes { id kind title body readAt } } }',
  },
  {
    kind: 'unread',
    query: '{ notifications(first: 10, unreadOnly: true) { totalCount nodes { id title } } }',
  },
  {
    kind: 'cart',
    query:
      '{ cart { total { amount } lines { quantity total { amount } product { name price { amount } inStock } } } }',
  },
];
const order = `query ($id: ID!) { order(id: $id) { number status placedAt shippedAt cancelledAt
  lines { quantity productName product { name sku } } shippingAddress { city } } }`;

export async function makeQuestions(shop: RunningApp, askers: readonly Asker[]): Promise<CachedQuestion[]> {
  const everybody = [
    ...lists(),
    ...(await furtherPages(shop)),
    ...(await categoriesOf(shop)),
    ...(await objects(shop)),
    ...(await searches(shop)),
  ];
  const personal = await Promise.all(
    askers.map(async ({ token, customerKey }, at) => {
      const [latest] = await shop.dataSource.query<{ id: string }[]>(
        'SELECT id::text FROM orders WHERE customer_id = $1 ORDER BY placed_at DESC LIMIT 1',
        [customerKey],
      );
      const asked = own.map((one) => ({ ...one, name: `${one.kind} of ${at}` }));
      const variables = { id: toNodeId('Order', latest?.id ?? '0') };
      return [...asked, { kind: 'order', name: `order of ${at}`, query: order, variables }].map((one) => ({
        ...toQuestion(one),
        token,
      }));
    }),
  );
  return [...everybody.map(toQuestion), ...personal.flat()];
}

function toQuestion({ kind, name, query, variables }: Asked): CachedQuestion {
  return { kind, name, body: JSON.stringify({ query, variables }) };
}

function lists(): Asked[] {
  const filters: Readonly<Record<string, object>> = {
    'not too dear': { maxPrice: 1_000 },
    between: { minPrice: 2_000, maxPrice: 5_000 },
    'in stock': { inStock: true },
    'sold out': { inStock: false },
    'well rated': { minRating: 4 },
    'all at once': { minPrice: 1_000, maxPrice: 50_000, minRating: 3, inStock: true },
  };
  return [
    ...sorts.map((sort) => ({
      kind: `products by ${sort.replace(/_(ASC|DESC)$/, '').toLowerCase()}`,
      name: `products ${sort}`,
      query: products,
      variables: { first: 20, sort },
    })),
    ...Object.entries(filters).flatMap(([name, filter], at) => [
      {
        kind: 'filtered products',
        name,
        query: products,
        variables: { first: 12, filter, sort: sorts[(at * 3) % sorts.length] },
      },
      { kind: 'counts', name: `count of ${name}`, query: counted, variables: { filter } },
    ]),
    { kind: 'counts', name: 'count of all', query: counted },
  ];
}

async function furtherPages(shop: RunningApp): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const sort of ['PRICE_ASC', 'NAME_ASC', 'POPULARITY_DESC', 'CREATED_AT_DESC']) {
    const data = await shop.guest.data<{ products: { pageInfo: { endCursor: string } } }>(products, {
      first: 50,
      sort,
    });
    const { endCursor } = data.products.pageInfo;
    const kind = 'further pages';
    asked.push(
      { kind, name: `behind ${sort}`, query: products, variables: { first: 10, after: endCursor, sort } },
      { kind, name: `before ${sort}`, query: products, variables: { last: 10, before: endCursor, sort } },
    );
  }
  return asked;
}

async function categoriesOf({ dataSource }: RunningApp): Promise<Asked[]> {
  const rows = await dataSource.query<{ id: string }[]>(
    `(SELECT id::text FROM categories WHERE parent_id IS NULL ORDER BY id LIMIT 1)
     UNION ALL (SELECT id::text FROM categories WHERE parent_id IS NOT NULL ORDER BY id LIMIT 3)`,
  );
  return [
    ...rows.map(({ id }, at) => ({
      kind: 'category',
      name: `category ${id}`,
      query: category,
      variables: { id: toNodeId('Category', id), sort: sorts[(at * 3) % sorts.length] },
    })),
    {
      kind: 'categories',
      name: 'categories',
      query: '{ categories { id name slug position parent { id } children { id } } }',
    },
  ];
}

async function objects({ dataSource }: RunningApp): Promise<Asked[]> {
  const rows = await dataSource.query<{ id: string; sku: string }[]>(
    'SELECT id::text, sku FROM products ORDER BY rating_count DESC, id LIMIT 8',
  );
  const ids = rows.map(({ id }) => toNodeId('Product', id));
  return [
    ...ids
      .slice(0, 4)
      .map((id) => ({ kind: 'product', name: `product ${id}`, query: product, variables: { id } })),
    ...rows
      .slice(4, 6)
      .map(({ sku }) => ({ kind: 'product', name: sku, query: product, variables: { sku } })),
    {
      kind: 'nodes',
      name: 'nodes',
      query:
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Product { name price { amount } stock } } }',
      variables: { ids },
    },
  ];
}

async function searches(shop: RunningApp): Promise<Asked[]> {
  const data = await shop.guest.data<{ search: { pageInfo: { endCursor: string } } }>(search, {
    query: 'chair',
    first: 10,
  });
  const after = data.search.pageInfo.endCursor;
  return [
    ...['chair', 'leather chair', 'black office binder', 'prnter', 'xerox 19'].map((query) => ({
      kind: 'search',
      name: `search ${query}`,
      query: search,
      variables: { query, first: 10 },
    })),
    {
      kind: 'search',
      name: 'search chair, further',
      query: search,
      variables: { query: 'chair', first: 10, after },
    },
  ];
}

/** Customers of the seeded shop with a past, signed in without the work of hashing. */
export async function findAskers(shop: RunningApp, count: number): Promise<Asker[]> {
  const rows = await shop.dataSource.query<{ id: string }[]>(
    'SELECT customer_id::text AS id FROM orders GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT $1',
    [count],
  );
  const tokens = shop.app.get(AccessTokens, { strict: false });
  return Promise.all(
    rows.map(async ({ id }) => ({
      customerKey: id,
      token: await tokens.issue({ customerId: id, role: 'customer' }),
    })),
  );
}
