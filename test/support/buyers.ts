/** Customers by the hundred, signed in without the work of hashing their passwords. */
import { AccessTokens } from '../../apps/api/src/storefront/accounts/access-tokens.js';
import { toNodeId } from '../../apps/api/src/graphql/relay/node-id.js';
import type { GraphqlClient } from './graphql-client.js';
import type { RunningApp } from './start-app.js';

export interface Buyer {
  readonly client: GraphqlClient;
  readonly customerKey: string;
}

export async function makeBuyers(shop: RunningApp, count: number): Promise<Buyer[]> {
  const rows = await shop.dataSource.query<{ id: string }[]>(
    `INSERT INTO customers (name, email)
     SELECT 'Buyer ' || i, 'buyer-' || gen_random_uuid() || '@example.com' FROM generate_series(1, $1::int) AS i
     RETURNING id::text`,
    [count],
  );
  const tokens = shop.app.get(AccessTokens, { strict: false });
  return Promise.all(
    rows.map(async ({ id }) => ({
      client: shop.guest.as(await tokens.issue({ customerId: id, role: 'customer' })),
      customerKey: id,
    })),
  );
}

export async function makeBuyer(shop: RunningApp): Promise<Buyer> {
  const [buyer] = await makeBuyers(shop, 1);
  if (buyer === undefined) throw new Error('No buyer was made.');
  return buyer;
}

export interface NewProduct {
  readonly priceMinor?: number;
  readonly available?: number;
}

let products = 0;

/** A product of its own for a test, by its global id. */
export async function makeProduct(
  { dataSource }: RunningApp,
  { priceMinor = 1_000, available = 100 }: NewProduct = {},
): Promise<string> {
  products += 1;
  const [row] = await dataSource.query<{ id: string }[]>(
    `WITH product AS (
       INSERT INTO products (sku, name, category_id, price_minor)
       VALUES ($1, $1, (SELECT max(id) FROM categories), $2) RETURNING id
     ), stock AS (INSERT INTO stock_levels (product_id, available) SELECT id, $3 FROM product)
     SELECT id::text FROM product`,
    [`TEST-${products}`, priceMinor, available],
  );
  return toNodeId('Product', row?.id ?? '');
}

export async function stockOf({ guest }: RunningApp, productId: string): Promise<number> {
  const { product } = await guest.data<{ product: { stock: number } }>(
    'query ($id: ID!) { product(id: $id) { stock } }',
    { id: productId },
  );
  return product.stock;
}

export async function putInCart({ client }: Buyer, productId: string, quantity = 1): Promise<void> {
  await client.data(
    `mutation ($id: ID!, $quantity: Int!) { addToCart(input: { productId: $id, quantity: $quantity }) { cart { id } } }`,
    { id: productId, quantity },
  );
}

export const placeOrderMutation = `
  mutation ($key: String, $shipTo: ShippingAddressInput) {
    placeOrder(input: { idempotencyKey: $key, shipTo: $shipTo }) {
      order {
        id number status total { amount currency exact } placedAt shippingAddress { recipient street city state postalCode country }
        lines { quantity unitPrice discount total { amount exact } productName product { id } }
      }
    }
  }`;

export const shipTo = { address: { city: 'Henderson', country: 'United States' } };

export interface PlacedOrder {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: { readonly amount: number; readonly currency: string; readonly exact: string };
  readonly placedAt: string;
  readonly shippingAddress: Readonly<Record<string, string | null>>;
  readonly lines: readonly {
    readonly quantity: number;
    readonly unitPrice: string;
    readonly discount: number;
    readonly productName: string;
    readonly total: { readonly amount: number; readonly exact: string };
    readonly product: { readonly id: string };
  }[];
}

export async function placeOrder({ client }: Buyer, key?: string): Promise<PlacedOrder> {
  const data = await client.data<{ placeOrder: { order: PlacedOrder } }>(placeOrderMutation, { key, shipTo });
  return data.placeOrder.order;
}

export async function buy(buyer: Buyer, productId: string, quantity = 1): Promise<PlacedOrder> {
  await putInCart(buyer, productId, quantity);
  return placeOrder(buyer);
}
