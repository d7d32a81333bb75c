/** Subscriptions over the stock graphql-ws client: the right events, with fresh rows, to the right people, until they leave. */
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { buy, makeBuyer, makeProduct, type Buyer } from '../support/buyers.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { BusListeners, liveClient, Listening } from '../support/live-client.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

let shop: RunningApp;
let listeners: BusListeners;
let staff: GraphqlClient;
let live: Client;

beforeAll(async () => {
  shop = await startApp();
  listeners = new BusListeners(shop);
  staff = await signInAs(shop, 'staff');
});

afterAll(async () => shop.stop());

beforeEach(() => {
  live = liveClient(shop.guest);
});

afterEach(async () => {
  await live.dispose();
  await listeners.reach(0);
});

/** Subscribes and waits until the server listens: what happens from then on must arrive. */
async function listen<Data>(
  query: string,
  variables: Record<string, unknown> = {},
  client: Client = live,
): Promise<Listening<Data>> {
  const before = listeners.active;
  const listening = new Listening<Data>(client, query, variables);
  await listeners.reach(before + 1);
  return listening;
}

const setPrice = (id: string, price: number) =>
  staff.data(
    'mutation ($id: ID!, $price: Int) { updateProduct(input: { id: $id, price: $price }) { product { id } } }',
    { id, price },
  );
const setName = (id: string, name: string) =>
  staff.data(
    'mutation ($id: ID!, $name: String) { updateProduct(input: { id: $id, name: $name }) { product { id } } }',
    { id, name },
  );
const adjust = (id: string, delta: number) =>
  staff.data(
    'mutation ($id: ID!, $delta: Int!) { adjustStock(input: { productId: $id, delta: $delta }) { product { id } } }',
    { id, delta },
  );
const advance = (id: string, status: string) =>
  staff.data(
    'mutation ($id: ID!, $status: OrderProgress!) { updateOrderStatus(input: { orderId: $id, status: $status }) { order { id } } }',
    {
      id,
      status,
    },
  );

describe('productChanged', () => {
  const query =
    'subscription ($id: ID!) { productChanged(id: $id) { name stock price { amount } category { name } } }';

  test('tells of texts, price and stock of that product, each time as it is then', async () => {
    const [lamp, other] = [await makeProduct(shop, { available: 1 }), await makeProduct(shop)];
    const listening = await listen<{ productChanged: object }>(query, { id: lamp });
    await setName(lamp, 'First');
    await listening.first(1);
    await setName(other, 'Nobody asked');
    await setPrice(lamp, 777);
    await listening.first(2);
    await adjust(lamp, 4);
    const changes = (await listening.first(3)).map(({ productChanged }) => productChanged);
    expect(changes).toMatchObject([
      { name: 'First', stock: 1 },
      { name: 'First', stock: 1, price: { amount: 777 } },
      { name: 'First', stock: 5, price: { amount: 777 } },
    ]);
  });

  test('of an order’s articles too', async () => {
    const lamp = await makeProduct(shop, { available: 9 });
    const listening = await listen<{ productChanged: object }>(query, { id: lamp });
    await buy(await makeBuyer(shop), lamp, 4);
    expect(await listening.first(1)).toMatchObject([{ productChanged: { stock: 5 } }]);
  });
});

describe('stockChanged', () => {
  const query =
    'subscription ($ids: [ID!]!) { stockChanged(productIds: $ids) { available product { id stock } } }';

  test('tells every level of the chosen products, in order', async () => {
    const ids = [await makeProduct(shop, { available: 10 }), await makeProduct(shop, { available: 10 })];
    const stranger = await makeProduct(shop);
    const listening = await listen<{ stockChanged: { available: number; product: { id: string } } }>(query, {
      ids,
    });
    for (let step = 0; step < 5; step += 1) {
      await adjust(stranger, -1);
      await adjust(ids[step % 2] ?? '', -1);
      await listening.first(step + 1);
    }
    const changes = (await listening.first(5)).map(({ stockChanged }) => [
      stockChanged.product.id,
      stockChanged.available,
    ]);
    expect(changes).toEqual([
      [ids[0], 9],
      [ids[1], 9],
      [ids[0], 8],
      [ids[1], 8],
      [ids[0], 7],
    ]);
  });

  test('no products and more than a hundred are refused', async () => {
    const id = await makeProduct(shop);
    for (const ids of [[], Array.from({ length: 101 }, () => id), ['x']])
      expect(await new Listening(live, query, { ids }).refusal()).toBe('BAD_USER_INPUT');
  });
});

describe('priceChanged', () => {
  const query = `subscription ($filter: PriceChangeFilter) {
    priceChanged(filter: $filter) { price { amount } previousPrice { amount currency } product { id price { amount } } }
  }`;
  interface Change {
    readonly priceChanged: {
      readonly price: { readonly amount: number };
      readonly previousPrice: { readonly amount: number };
      readonly product: { readonly id: string };
    };
  }
  const told = (changes: readonly Change[]) =>
    changes.map(({ priceChanged: { previousPrice, price } }) => [previousPrice.amount, price.amount]);

  test('without a filter tells of every price, and not of other changes', async () => {
    const lamp = await makeProduct(shop, { priceMinor: 1_000 });
    const listening = await listen<Change>(query);
    await setName(lamp, 'No price');
    await adjust(lamp, 1);
    await setPrice(lamp, 1_000);
    await setPrice(lamp, 1_100);
    await setPrice(lamp, 900);
    expect(told(await listening.first(2))).toEqual([
      [1_000, 1_100],
      [1_100, 900],
    ]);
    expect(listening.received).toHaveLength(2);
  });

  test('of given products', async () => {
    const [lamp, other] = [await makeProduct(shop), await makeProduct(shop)];
    const listening = await listen<Change>(query, { filter: { productIds: [lamp] } });
    await setPrice(other, 1);
    await setPrice(lamp, 2);
    expect((await listening.first(1)).map(({ priceChanged }) => priceChanged.product.id)).toEqual([lamp]);
  });

  test('of a department, its sub-categories included', async () => {
    const { categories } = await shop.guest.data<{
      categories: {
        id: string;
        products: { nodes: { id: string; price: { amount: number } }[] };
        children: { id: string }[];
      }[];
    }>('{ categories { id children { id } products(first: 1) { nodes { id price { amount } } } } }');
    const [here, elsewhere] = categories;
    const [inside] = here?.products.nodes ?? [];
    const [outside] = elsewhere?.products.nodes ?? [];
    const listening = await listen<Change>(query, { filter: { categoryId: here?.id } });
    await setPrice(outside?.id ?? '', (outside?.price.amount ?? 0) + 1);
    await setPrice(inside?.id ?? '', (inside?.price.amount ?? 0) + 1);
    expect((await listening.first(1)).map(({ priceChanged }) => priceChanged.product.id)).toEqual([
      inside?.id,
    ]);
  });

  test('only of falls of at least so much', async () => {
    const lamp = await makeProduct(shop, { priceMinor: 1_000 });
    const listening = await listen<Change>(query, { filter: { productIds: [lamp], minDrop: 0.2 } });
    for (const price of [900, 720, 577, 2_000, 1_600]) await setPrice(lamp, price);
    expect(told(await listening.first(2))).toEqual([
      [900, 720],
      [2_000, 1_600],
    ]);
  });

  test('an id that is none is refused', async () => {
    for (const filter of [{ productIds: ['x'] }, { categoryId: 'x' }, { productIds: [] }])
      expect(await new Listening(live, query, { filter }).refusal()).toBe('BAD_USER_INPUT');
  });
});

describe('orderStatusChanged', () => {
  const query =
    'subscription ($id: ID!) { orderStatusChanged(orderId: $id) { status shippedAt lines { quantity } } }';
  let buyer: Buyer;
  let order: { readonly id: string };

  beforeEach(async () => {
    buyer = await makeBuyer(shop);
    order = await buy(buyer, await makeProduct(shop));
  });

  test('tells the customer each step of his order', async () => {
    const own = liveClient(buyer.client);
    const listening = await listen<object>(query, { id: order.id }, own);
    await advance(order.id, 'SHIPPED');
    await advance(order.id, 'DELIVERED');
    const steps = await listening.first(2);
    expect(steps).toMatchObject([
      { orderStatusChanged: { shippedAt: expect.any(String), lines: [{ quantity: 1 }] } },
      { orderStatusChanged: { status: 'DELIVERED' } },
    ]);
    await own.dispose();
  });

  test('and staff, but nobody else: to him there is no such order', async () => {
    const stranger = liveClient((await makeBuyer(shop)).client);
    expect(await new Listening(stranger, query, { id: order.id }).refusal()).toBe('NOT_FOUND');
    expect(await new Listening(live, query, { id: order.id }).refusal()).toBe('UNAUTHENTICATED');
    const colleague = liveClient(staff);
    const listening = await listen<object>(query, { id: order.id }, colleague);
    await buyer.client.data('mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }', {
      id: order.id,
    });
    expect(await listening.first(1)).toMatchObject([{ orderStatusChanged: { status: 'CANCELLED' } }]);
    await Promise.all([stranger.dispose(), colleague.dispose()]);
  });
});

test('reviewAdded tells of each new review of the product', async () => {
  const lamp = await makeProduct(shop);
  const listening = await listen<object>(
    'subscription ($id: ID!) { reviewAdded(productId: $id) { rating authorName product { ratingAverage ratingCount } } }',
    { id: lamp },
  );
  const review = async (rating: number) =>
    (await makeBuyer(shop)).client.data(
      'mutation ($id: ID!, $rating: Int!) { addReview(input: { productId: $id, rating: $rating }) { review { id } } }',
      {
        id: lamp,
        rating,
      },
    );
  await review(2);
  await listening.first(1);
  await review(5);
  expect(await listening.first(2)).toMatchObject([
    { reviewAdded: { rating: 2, product: { ratingAverage: 2, ratingCount: 1 } } },
    { reviewAdded: { rating: 5, product: { ratingAverage: 3.5, ratingCount: 2 } } },
  ]);
});

test('notificationReceived tells a customer of his own notifications only', async () => {
  const [buyer, stranger] = [await makeBuyer(shop), await makeBuyer(shop)];
  const own = liveClient(buyer.client);
  const listening = await listen<{ notificationReceived: { kind: string } }>(
    'subscription { notificationReceived { id kind title readAt } }',
    {},
    own,
  );
  await buy(stranger, await makeProduct(shop));
  const order = await buy(buyer, await makeProduct(shop));
  await advance(order.id, 'SHIPPED');
  const kinds = (await listening.first(2)).map(({ notificationReceived }) => notificationReceived.kind);
  expect(kinds).toEqual(['order.placed', 'order.shipped']);
  await own.dispose();
});

describe('coming and going', () => {
  const query = 'subscription ($id: ID!) { productChanged(id: $id) { name } }';

  test('who unsubscribes hears nothing more and frees his listener, the others go on', async () => {
    const lamp = await makeProduct(shop);
    const leaving = await listen<object>(query, { id: lamp });
    const staying = await listen<object>(query, { id: lamp });
    await setName(lamp, 'One');
    await Promise.all([leaving.first(1), staying.first(1)]);
    leaving.stop();
    await listeners.reach(1);
    await setName(lamp, 'Two');
    expect(await staying.first(2)).toEqual([
      { productChanged: { name: 'One' } },
      { productChanged: { name: 'Two' } },
    ]);
    expect(leaving.received).toHaveLength(1);
  });

  test('a socket that breaks frees all of its listeners', async () => {
    const lamp = await makeProduct(shop);
    for (let at = 0; at < 20; at += 1) await listen(query, { id: lamp });
    expect(listeners.active).toBe(20);
    live.terminate();
    await listeners.reach(0);
  });

  test('what happens between two subscriptions is not told to the second', async () => {
    const lamp = await makeProduct(shop);
    const first = await listen<object>(query, { id: lamp });
    await setName(lamp, 'Early');
    await first.first(1);
    const second = await listen<object>(query, { id: lamp });
    await setName(lamp, 'Late');
    await first.first(2);
    expect(await second.first(1)).toEqual([{ productChanged: { name: 'Late' } }]);
  });

  test('fifty subscribers hear the same twenty changes in the same order', async () => {
    const lamp = await makeProduct(shop, { available: 0 });
    const all: Listening<{ stockChanged: { available: number } }>[] = [];
    for (let at = 0; at < 50; at += 1)
      all.push(
        await listen('subscription ($ids: [ID!]!) { stockChanged(productIds: $ids) { available } }', {
          ids: [lamp],
        }),
      );
    for (let at = 1; at <= 20; at += 1) {
      await adjust(lamp, 1);
      await Promise.all(all.map((listening) => listening.first(at)));
    }
    const expected = Array.from({ length: 20 }, (_, at) => at + 1);
    for (const listening of all)
      expect((await listening.first(20)).map(({ stockChanged }) => stockChanged.available)).toEqual(expected);
  });

  test('a query and a mutation go over the same socket', async () => {
    const buyer = await makeBuyer(shop);
    const own = liveClient(buyer.client);
    const lamp = await makeProduct(shop);
    const added = new Listening(
      own,
      'mutation ($id: ID!) { addToCart(input: { productId: $id }) { cart { lines { quantity } } } }',
      { id: lamp },
    );
    expect(await added.first(1)).toEqual([{ addToCart: { cart: { lines: [{ quantity: 1 }] } } }]);
    const read = new Listening(own, '{ cart { total { amount } } }');
    expect(await read.first(1)).toEqual([{ cart: { total: { amount: 1_000 } } }]);
    await own.dispose();
  });

  test('a bad token is refused before anything can be asked', async () => {
    const closed = new Promise<number>((resolve) => {
      const client = liveClient(shop.guest.as('garbage'));
      client.on('closed', (event) => resolve((event as { code: number }).code));
      client.subscribe(
        { query: '{ me { id } }' },
        { next: () => undefined, error: () => undefined, complete: () => undefined },
      );
    });
    expect(await closed).toBeGreaterThanOrEqual(4_400);
  });
});
