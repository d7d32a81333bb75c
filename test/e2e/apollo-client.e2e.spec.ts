/** A shopper's visit through the stock Apollo Client: cache, endless list, optimistic change, live link, persisted queries. */
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeProduct, shipTo } from '../support/buyers.js';
import { signInAs } from '../support/accounts.js';
import { BusListeners, liveClient } from '../support/live-client.js';
import { patiently } from '../support/patiently.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface Product {
  readonly __typename: string;
  readonly id: string;
  readonly sku: string;
  readonly name: string;
}

interface Products {
  readonly products: {
    readonly edges: readonly { readonly node: Product }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

interface Cart {
  readonly id: string;
  readonly lines: readonly { readonly id: string; readonly quantity: number }[];
}

const productsQuery = gql`
  query Products($after: String) {
    products(first: 7, after: $after, sort: NAME_ASC, filter: { inStock: true }) {
      edges {
        node {
          id
          sku
          name
          price {
            amount
            currency
          }
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`;

let shop: RunningApp;
let accessToken: string | undefined;

beforeAll(async () => {
  shop = await startApp();
});

afterAll(async () => shop.stop());

function apollo(...links: readonly ApolloLink[]): ApolloClient {
  const authorise = new SetContextLink((context) => ({
    headers: {
      ...(context['headers'] as Record<string, string> | undefined),
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
  }));
  return new ApolloClient({
    link: ApolloLink.from([...links, authorise, new HttpLink({ uri: `${shop.url}/graphql` })]),
    cache: new InMemoryCache({
      typePolicies: { Query: { fields: { products: relayStylePagination(['sort', 'filter']) } } },
    }),
  });
}

test('the endless list grows page by page without a gap or a repetition', async () => {
  const client = apollo();
  const list = client.watchQuery<Products>({ query: productsQuery });
  const subscription = list.subscribe(() => undefined);
  await vi.waitFor(() => expect(list.getCurrentResult().loading).toBe(false), patiently);
  for (let page = 2; page <= 6; page += 1) {
    const { pageInfo } = (list.getCurrentResult().data as Products).products;
    await list.fetchMore({ variables: { after: pageInfo.endCursor } });
    // The watched list hears of the grown cache a moment later.
    await vi.waitFor(
      () => expect((list.getCurrentResult().data as Products).products.edges).toHaveLength(page * 7),
      patiently,
    );
  }
  const { products } = list.getCurrentResult().data as Products;
  subscription.unsubscribe();
  const skus = products.edges.map(({ node }) => node.sku);
  const rows = await shop.dataSource.query<{ sku: string }[]>(
    `SELECT sku FROM products p WHERE EXISTS (SELECT FROM stock_levels s WHERE s.product_id = p.id AND s.available > 0)
      ORDER BY sort_name, id LIMIT 42`,
  );
  expect(skus).toEqual(rows.map(({ sku }) => sku));
  client.stop();
});

test('sign up, search, fill the cart optimistically, order, and read the order from the list', async () => {
  const client = apollo();
  const signedUp = await client.mutate<{ signUp: { accessToken: string } }>({
    mutation: gql`
      mutation ($input: SignUpInput!) {
        signUp(input: $input) {
          accessToken
          customer {
            id
            name
          }
        }
      }
    `,
    variables: { input: { email: 'apollo@example.com', password: 'correct horse', name: 'Apollo' } },
  });
  accessToken = signedUp.data?.signUp.accessToken;

  const { data: found } = await client.query<{ search: { nodes: Product[] } }>({
    query: gql`
      {
        search(query: "bookcase", first: 5) {
          nodes {
            id
            sku
            name
          }
        }
      }
    `,
  });
  const chosen = await makeProduct(shop, { priceMinor: 12_345, available: 10 });
  expect(found?.search.nodes).toHaveLength(5);

  const cartQuery = gql`
    query Cart {
      cart {
        id
        lines {
          id
          quantity
        }
      }
    }
  `;
  const added = await client.mutate<{ addToCart: { cart: Cart } }>({
    mutation: gql`
      mutation ($id: ID!) {
        addToCart(input: { productId: $id }) {
          cart {
            id
            lines {
              id
              quantity
            }
          }
        }
      }
    `,
    variables: { id: chosen },
  });
  const cart = added.data?.addToCart.cart;
  const [line] = cart?.lines ?? [];
  if (cart === undefined || line === undefined) throw new Error('The cart is empty.');

  const seen: (number | undefined)[] = [];
  const watched = client.watchQuery<{ cart: Cart }>({ query: cartQuery }).subscribe(({ data }) => {
    seen.push((data as { cart?: Cart } | undefined)?.cart?.lines[0]?.quantity);
  });
  await vi.waitFor(() => expect(seen).toContain(1), patiently);
  const update = (quantity: number) =>
    client.mutate({
      mutation: gql`
        mutation ($id: ID!, $quantity: Int!) {
          updateCartLine(input: { cartLineId: $id, quantity: $quantity }) {
            cart {
              id
              lines {
                id
                quantity
              }
            }
          }
        }
      `,
      variables: { id: line.id, quantity },
      optimisticResponse: {
        updateCartLine: {
          __typename: 'CartPayload',
          cart: {
            __typename: 'Cart',
            id: cart.id,
            lines: [{ __typename: 'CartLine', id: line.id, quantity }],
          },
        },
      },
    });
  const updating = update(3);
  // Before the server has answered: the cache knows the line by its id, which is the server's own.
  expect(seen.at(-1)).toBe(3);
  await updating;
  expect(seen.at(-1)).toBe(3);
  // What the server refuses is rolled back.
  const refused = update(10_001);
  expect(seen.at(-1)).toBe(10_001);
  await expect(refused).rejects.toBeInstanceOf(CombinedGraphQLErrors);
  expect(seen.at(-1)).toBe(3);
  watched.unsubscribe();

  const placed = await client.mutate<{
    placeOrder: { order: { id: string; number: string; total: { amount: number } } };
  }>({
    mutation: gql`
      mutation ($input: PlaceOrderInput!) {
        placeOrder(input: $input) {
          order {
            id
            number
            total {
              amount
              currency
            }
          }
        }
      }
    `,
    variables: { input: { idempotencyKey: 'apollo', shipTo } },
  });
  expect(placed.data?.placeOrder.order.total.amount).toBe(37_035);
  const { data: mine } = await client.query<{ myOrders: { nodes: { number: string }[] } }>({
    query: gql`
      {
        myOrders {
          nodes {
            id
            number
          }
        }
      }
    `,
  });
  expect(mine?.myOrders.nodes.map(({ number }) => number)).toEqual([placed.data?.placeOrder.order.number]);
  accessToken = undefined;
  client.stop();
});

test('a live price reaches the cache of a list that shows the product', async () => {
  const listeners = new BusListeners(shop);
  const socket = liveClient(shop.guest);
  const client = apollo(
    ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new ApolloLink((operation, forward) => forward(operation)),
    ),
  );
  const id = await makeProduct(shop, { priceMinor: 500 });
  const priceQuery = gql`
    query ($id: ID!) {
      node(id: $id) {
        id
        ... on Product {
          price {
            amount
          }
        }
      }
    }
  `;
  const amounts: unknown[] = [];
  const watched = client
    .watchQuery<{ node: { price: { amount: number } } }>({ query: priceQuery, variables: { id } })
    .subscribe(({ data }) => {
      amounts.push((data as { node?: { price: { amount: number } } } | undefined)?.node?.price.amount);
    });
  const live = client
    .subscribe({
      query: gql`
        subscription ($id: ID!) {
          productChanged(id: $id) {
            id
            price {
              amount
            }
          }
        }
      `,
      variables: { id },
    })
    .subscribe(() => undefined);
  await listeners.reach(1);
  const staff = await signInAs(shop, 'staff');
  await staff.data(
    'mutation ($id: ID!) { updateProduct(input: { id: $id, price: 650 }) { product { id } } }',
    { id },
  );
  await vi.waitFor(() => expect(amounts).toContain(650), patiently);
  live.unsubscribe();
  watched.unsubscribe();
  await listeners.reach(0);
  await socket.dispose();
  client.stop();
});

test('automatic persisted queries are learnt once and then known by their hash', async () => {
  const bodies: Record<string, unknown>[] = [];
  const recording: typeof fetch = async (input, init) => {
    bodies.push(JSON.parse(init?.body as string) as Record<string, unknown>);
    return fetch(input, init);
  };
  const client = new ApolloClient({
    link: ApolloLink.from([
      new PersistedQueryLink({ sha256: (text: string) => createHash('sha256').update(text).digest('hex') }),
      new HttpLink({ uri: `${shop.url}/graphql`, fetch: recording }),
    ]),
    cache: new InMemoryCache(),
  });
  for (let at = 0; at < 3; at += 1) {
    const { data } = await client.query<Products>({ query: productsQuery, fetchPolicy: 'network-only' });
    expect(data?.products.edges).toHaveLength(7);
  }
  expect(bodies.map(({ query }) => query !== undefined)).toEqual([false, true, false, false]);
  client.stop();
});

test('errors come as GraphQL errors with their codes, beside the data that could be had', async () => {
  const client = apollo();
  const { data, error } = await client.query<{ categories: unknown[]; node: null }>({
    query: gql`
      {
        categories {
          id
        }
        node(id: "T3JkZXI6MQ") {
          id
        }
      }
    `,
    errorPolicy: 'all',
  });
  expect((data as { categories: unknown[] }).categories).toHaveLength(3);
  expect(CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.['code']).toBe('NOT_FOUND');
  client.stop();
});
