/** What a test of the shop behind a real Varnish needs besides the two. */
import { toNodeId } from '../../apps/api/src/graphql/relay/node-id.js';
import type { DataSource } from 'typeorm';
import { get, ownClient, persist, type GotAnswer, type RequestHeaders } from './persisted-get.js';

export const productQuery = 'query Product($id: ID!) { product(id: $id) { id name price { amount } } }';
export const repriceMutation = `mutation ($id: ID!, $price: Int!) {
  updateProduct(input: { id: $id, price: $price }) { product { id } } }`;

export const isHit = ({ cacheStatus }: GotAnswer): boolean => cacheStatus.includes('varnish; hit');

/** The products of different categories, one of each, by global ids. */
export async function productsOfCategories(
  dataSource: Pick<DataSource, 'query'>,
): Promise<{ product: string; category: string }[]> {
  const rows = await dataSource.query<{ product: string; category: string }[]>(
    'SELECT min(id)::text AS product, category_id::text AS category FROM products GROUP BY category_id ORDER BY category_id',
  );
  return rows.map(({ product, category }) => ({
    product: toNodeId('Product', product),
    category: toNodeId('Category', category),
  }));
}

export class ThroughVarnish {
  constructor(
    private readonly varnishUrl: URL,
    readonly apiUrl: string,
  ) {}

  async ask(path: string, headers: RequestHeaders = {}): Promise<GotAnswer> {
    return get(new URL(path, this.varnishUrl), { ...ownClient, ...headers });
  }

  /** @returns the path of an answer that Varnish holds from now on. */
  async keep(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const path = await persist(this.apiUrl, query, variables);
    await this.ask(path);
    const kept = await this.ask(path);
    if (kept.status !== 200 || !isHit(kept))
      throw new Error(`Varnish does not keep ${path}: ${kept.status}, ${kept.cacheStatus}`);
    return path;
  }
}
