/** A shopper's visit through the stock urql client: queries, mutations, and a subscription over graphql-ws. */
import {
  cacheExchange,
  Client,
  fetchExchange,
  gql,
  subscriptionExchange,
  type AnyVariables,
  type TypedDocumentNode,
} from '@urql/core';
import type { Client as SocketClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { makeProduct, shipTo } from '../support/buyers.js';
import { BusListeners, liveClient } from '../support/live-client.js';
import { patiently } from '../support/patiently.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

let shop: RunningApp;
let accessToken: string | undefined;

beforeAll(async () => {
  shop = await startApp();
});

afterAll(async () => shop.stop());

function urql(socket?: SocketClient): Client {
  const live = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => {
        if (socket === undefined) throw new Error('This client has no socket.');
        return {
          unsubscribe: socket.subscribe(
            { query, variables: variables as Record<string, unknown> },
            sink as Parameters<SocketClient['subscribe']>[1],
          ),
        };
      },
    }),
  });
  return new Client({
    url: `${shop.url}/graphql`,
    preferGetMethod: false,
    exchanges: [cacheExchange, fetchExchange, ...(socket === undefined ? [] : [live])],
    fetchOptions: () => ({
      headers: accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
    }),
  });
}

function operation<Data>(text: string): TypedDocumentNode<Data, AnyVariables> {
  return gql<Data>(text);
}

test('sign in, browse, search, fill the cart and order', async () => {
  await signInAs(shop, 'customer', 'urql@example.com');
  const client = urql();
  const signedIn = await client
    .mutation(
      operation<{ signIn: { accessToken: string } }>(
        'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }',
      ),
      {
        input: { email: 'URQL@example.com', password: 'correct horse battery' },
      },
    )
    .toPromise();
  accessToken = signedIn.data?.signIn.accessToken;

  const pageQuery = operation<{
    products: { nodes: { id: string; sku: string }[]; pageInfo: { endCursor: string } };
  }>(
    'query ($after: String) { products(first: 10, after: $after, sort: RATING_DESC) { nodes { id sku } pageInfo { endCursor } } }',
  );
  const skus: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < 5; page += 1) {
    const { data } = await client.query(pageQuery, { after }).toPromise();
    skus.push(...(data?.products.nodes.map(({ sku }) => sku) ?? []));
    after = data?.products.pageInfo.endCursor;
  }
  const rows = await shop.dataSource.query<{ sku: string }[]>(
    'SELECT sku FROM products ORDER BY rating_average DESC, id DESC LIMIT 50',
  );
  expect(skus).toEqual(rows.map(({ sku }) => sku));

  const searched = await client
    .query(
      operation<{ search: { nodes: { name: string }[]; totalCount: number } }>(
        '{ search(query: "lether chiar", first: 3) { totalCount nodes { name } } }',
      ),
      {},
    )
    .toPromise();
  expect(searched.data?.search.totalCount).toBeGreaterThan(0);

  const id = await makeProduct(shop, { priceMinor: 2_500 });
  const cart = operation<{ cart: { total: { amount: number } } | null }>('{ cart { id total { amount } } }');
  expect((await client.query(cart, {}).toPromise()).data).toEqual({ cart: null });
  await client
    .mutation(
      operation(
        'mutation ($id: ID!) { addToCart(input: { productId: $id, quantity: 2 }) { cart { id total { amount } } } }',
      ),
      { id },
    )
    .toPromise();
  // null holds no type that the document cache could have known to renew.
  const filled = await client.query(cart, {}, { requestPolicy: 'network-only' }).toPromise();
  expect(filled.data?.cart?.total.amount).toBe(5_000);

  const placed = await client
    .mutation(
      operation<{ placeOrder: { order: { status: string } } }>(
        'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { status } } }',
      ),
      {
        input: { shipTo },
      },
    )
    .toPromise();
  expect(placed.error).toBeUndefined();
  expect(placed.data?.placeOrder.order.status).toBe('PLACED');
  accessToken = undefined;
});

test('a refused mutation is an error with its code', async () => {
  const { error } = await urql()
    .mutation(operation('mutation { placeOrder(input: {}) { order { id } } }'), {})
    .toPromise();
  expect(error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});

test('a subscription tells of stock while it changes', async () => {
  const listeners = new BusListeners(shop);
  const socket = liveClient(shop.guest);
  const client = urql(socket);
  const id = await makeProduct(shop, { available: 1 });
  const levels: (number | undefined)[] = [];
  const watching = client
    .subscription(
      operation<{ stockChanged: { available: number } }>(
        'subscription ($ids: [ID!]!) { stockChanged(productIds: $ids) { available } }',
      ),
      { ids: [id] },
    )
    .subscribe(({ data }) => levels.push(data?.stockChanged.available));
  await listeners.reach(1);
  const staff = await signInAs(shop, 'staff');
  await staff.data(
    'mutation ($id: ID!) { adjustStock(input: { productId: $id, delta: 8 }) { product { id } } }',
    { id },
  );
  await vi.waitFor(() => expect(levels).toEqual([9]), patiently);
  watching.unsubscribe();
  await listeners.reach(0);
  await socket.dispose();
});
