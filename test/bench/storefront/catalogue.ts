/** What there is in the seeded shop to ask for and to write to, in an order that is the same in every run. */
import pg from 'pg';
import type { ShopClient } from './shop-client.js';

export interface Product {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
}

export interface Catalogue {
  /** The best sellers first. */
  readonly products: readonly Product[];
  /** Slugs, sub-categories before departments. */
  readonly categories: readonly string[];
  /** E-mail addresses of those who have ordered most. */
  readonly customers: readonly string[];
}

interface ProductPage {
  readonly nodes: readonly Product[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Department {
  readonly slug: string;
  readonly children: readonly { readonly slug: string }[];
}

const productPage = `query ($after: String) { products(first: 100, after: $after, sort: POPULARITY_DESC) {
  nodes { id sku name } pageInfo { hasNextPage endCursor } } }`;

export async function readProducts(client: ShopClient): Promise<readonly Product[]> {
  const found: Product[] = [];
  for (let after: string | null | undefined = null; after !== undefined;) {
    const { products }: { products: ProductPage } = await client.read(productPage, { after });
    found.push(...products.nodes);
    after = products.pageInfo.hasNextPage ? products.pageInfo.endCursor : undefined;
  }
  return found;
}

export async function readCategories(client: ShopClient): Promise<readonly string[]> {
  const { categories }: { categories: readonly Department[] } = await client.read(
    '{ categories { slug children { slug } } }',
  );
  return [
    ...categories.flatMap(({ children }) => children.map(({ slug }) => slug)),
    ...categories.map(({ slug }) => slug),
  ];
}

export async function readBestCustomers(databaseUrl: string, count: number): Promise<readonly string[]> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ email: string }>(
      `SELECT email FROM customers c
        ORDER BY (SELECT count(*) FROM orders WHERE customer_id = c.id) DESC, id LIMIT $1`,
      [count],
    );
    return rows.map(({ email }) => email);
  } finally {
    await database.end();
  }
}
