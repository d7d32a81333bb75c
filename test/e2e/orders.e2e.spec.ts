/** Orders: placed once, paid exactly, taken from stock together or not at all, seen by nobody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import {
  buy,
  makeBuyer,
  makeProduct,
  placeOrder,
  placeOrderMutation,
  putInCart,
  shipTo,
  stockOf,
  type Buyer,
  type PlacedOrder,
} from '../support/buyers.js';
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

const cancel =
  'mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id status cancelledAt } } }';
const advance = `mutation ($id: ID!, $status: OrderProgress!) {
  updateOrderStatus(input: { orderId: $id, status: $status }) { order { id status shippedAt deliveredAt } }
}`;
const orderQuery = 'query ($id: ID!) { order(id: $id) { id status } }';

let shop: RunningApp;
let staff: GraphqlClient;
let buyer: Buyer;

beforeAll(async () => {
  shop = await startApp();
  staff = await signInAs(shop, 'staff');
});

beforeEach(async () => {
  buyer = await makeBuyer(shop);
});

afterAll(async () => shop.stop());

const keyOf = (id: string) => Buffer.from(id, 'base64url').toString().split(':')[1];

async function orderCount(customerKey: string): Promise<number> {
  const [row] = await shop.dataSource.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM orders WHERE customer_id = $1',
    [customerKey],
  );
  return row?.count ?? 0;
}

describe('placing', () => {
  test('an order holds what was in the cart, at the catalogue’s prices, and empties it', async () => {
    const lamp = await makeProduct(shop, { priceMinor: 1_999, available: 10 });
    const desk = await makeProduct(shop, { priceMinor: 25_050, available: 10 });
    await putInCart(buyer, lamp, 3);
    await putInCart(buyer, desk, 2);
    const order = await placeOrder(buyer);
    expect(order).toMatchObject({
      status: 'PLACED',
      total: { amount: 56_097, currency: 'USD', exact: '560.97' },
      shippingAddress: { city: 'Henderson', country: 'United States' },
      lines: [
        {
          quantity: 3,
          unitPrice: '19.99',
          discount: 0,
          total: { amount: 5_997, exact: '59.97' },
          product: { id: lamp },
        },
        {
          quantity: 2,
          unitPrice: '250.50',
          discount: 0,
          total: { amount: 50_100, exact: '501.00' },
          product: { id: desk },
        },
      ],
    });
    expect(order.number).toMatch(/^SW-\d{4}-\d{6}$/);
    expect(await buyer.client.data('{ cart { lines { id } } }')).toEqual({ cart: { lines: [] } });
    expect([await stockOf(shop, lamp), await stockOf(shop, desk)]).toEqual([7, 8]);
  });

  test('the price of the moment of ordering counts, not that of adding; what was ordered keeps it', async () => {
    const lamp = await makeProduct(shop, { priceMinor: 1_000 });
    await putInCart(buyer, lamp, 2);
    const setPrice = (price: number) =>
      staff.data(
        'mutation ($id: ID!, $price: Int) { updateProduct(input: { id: $id, price: $price, name: "Renamed" }) { product { id } } }',
        {
          id: lamp,
          price,
        },
      );
    await setPrice(1_500);
    const order = await placeOrder(buyer);
    await setPrice(9_999);
    expect(order.total.amount).toBe(3_000);
    const { order: later } = await buyer.client.data<{ order: PlacedOrder }>(
      'query ($id: ID!) { order(id: $id) { total { amount } lines { unitPrice productName } } }',
      { id: order.id },
    );
    expect(later).toEqual({
      total: { amount: 3_000 },
      lines: [{ unitPrice: '15.00', productName: 'Renamed' }],
    });
  });

  test('what was sold is counted as sold until it is cancelled', async () => {
    const lamp = await makeProduct(shop);
    const sold = async () =>
      (
        await shop.guest.data<{ product: { unitsSold: number } }>(
          'query ($id: ID!) { product(id: $id) { unitsSold } }',
          { id: lamp },
        )
      ).product.unitsSold;
    const order = await buy(buyer, lamp, 4);
    expect(await sold()).toBe(4);
    await buyer.client.data(cancel, { id: order.id });
    expect(await sold()).toBe(0);
  });

  test('an empty cart orders nothing', async () => {
    expect(await buyer.client.errorCode(placeOrderMutation, { shipTo })).toBe('EMPTY_CART');
    expect(await orderCount(buyer.customerKey)).toBe(0);
  });

  test('too little of the second article leaves the stock of the first and the cart as they were', async () => {
    const plenty = await makeProduct(shop, { available: 50 });
    const scarce = await makeProduct(shop, { available: 1 });
    await putInCart(buyer, plenty, 5);
    await putInCart(buyer, scarce, 2);
    const { errors } = await buyer.client.ask(placeOrderMutation, { key: 'k', shipTo });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'OUT_OF_STOCK',
      productId: scarce,
      requested: 2,
      available: 1,
    });
    expect([await stockOf(shop, plenty), await stockOf(shop, scarce)]).toEqual([50, 1]);
    expect(await orderCount(buyer.customerKey)).toBe(0);
    const { cart } = await buyer.client.data<{ cart: { lines: unknown[] } }>('{ cart { lines { id } } }');
    expect(cart.lines).toHaveLength(2);
    expect(
      await shop.dataSource.query(
        `SELECT 1 FROM outbox WHERE topic = 'order.placed' AND payload->>'customerId' = $1`,
        [buyer.customerKey],
      ),
    ).toEqual([]);
  });

  test('a refused order may be placed again with the same key once there is enough', async () => {
    const scarce = await makeProduct(shop, { available: 1 });
    await putInCart(buyer, scarce, 2);
    expect(await buyer.client.errorCode(placeOrderMutation, { key: 'again', shipTo })).toBe('OUT_OF_STOCK');
    await staff.data(
      'mutation ($id: ID!) { adjustStock(input: { productId: $id, delta: 1 }) { product { id } } }',
      { id: scarce },
    );
    expect((await placeOrder(buyer, 'again')).lines[0]?.quantity).toBe(2);
    expect(await stockOf(shop, scarce)).toBe(0);
  });
});

async function withLamp(): Promise<void> {
  await putInCart(buyer, await makeProduct(shop));
}

describe('where to send it', () => {
  test('a new address, whose recipient is the customer when nobody else is named', async () => {
    await withLamp();
    expect((await placeOrder(buyer)).shippingAddress).toMatchObject({
      recipient: expect.stringMatching(/^Buyer /),
      street: null,
    });
  });

  test('an entry of the own address book, not of another’s', async () => {
    const stranger = await makeBuyer(shop);
    const rows = await shop.dataSource.query<{ id: string }[]>(
      `INSERT INTO customer_addresses (customer_id, recipient, city, country)
       VALUES ($1, 'Own', 'Home', 'US'), ($2, 'Other', 'Elsewhere', 'US') RETURNING id::text`,
      [buyer.customerKey, stranger.customerKey],
    );
    const [own, others] = rows.map(({ id }) => Buffer.from(`CustomerAddress:${id}`).toString('base64url'));
    await withLamp();
    expect(await buyer.client.errorCode(placeOrderMutation, { shipTo: { addressId: others } })).toBe(
      'NOT_FOUND',
    );
    const { placeOrder: placed } = await buyer.client.data<{ placeOrder: { order: PlacedOrder } }>(
      placeOrderMutation,
      {
        shipTo: { addressId: own },
      },
    );
    expect(placed.order.shippingAddress).toMatchObject({ recipient: 'Own', city: 'Home' });
  });

  test('the address of the last order when nothing is said, and a clear refusal when there is none', async () => {
    await withLamp();
    expect(await buyer.client.errorCode(placeOrderMutation)).toBe('BAD_USER_INPUT');
    await placeOrder(buyer);
    await withLamp();
    const { placeOrder: placed } = await buyer.client.data<{ placeOrder: { order: PlacedOrder } }>(
      placeOrderMutation,
    );
    expect(placed.order.shippingAddress).toMatchObject({ city: 'Henderson' });
  });

  test.each([
    ['both kinds', { addressId: 'x', address: { city: 'A', country: 'B' } }],
    ['neither kind', {}],
    ['an empty city', { address: { city: ' ', country: 'B' } }],
    ['an id that is none', { addressId: 'x' }],
  ])('%s are refused', async (_name, given) => {
    await withLamp();
    expect(await buyer.client.errorCode(placeOrderMutation, { shipTo: given })).toBe('BAD_USER_INPUT');
    expect(await orderCount(buyer.customerKey)).toBe(0);
  });
});

describe('the same key', () => {
  test('answers the same order, and a full cart stays full', async () => {
    const lamp = await makeProduct(shop, { available: 10 });
    await putInCart(buyer, lamp, 2);
    const order = await placeOrder(buyer, 'once');
    await putInCart(buyer, lamp, 3);
    expect(await placeOrder(buyer, 'once')).toEqual(order);
    expect(await stockOf(shop, lamp)).toBe(8);
    const { cart } = await buyer.client.data<{ cart: { lines: { quantity: number }[] } }>(
      '{ cart { lines { quantity } } }',
    );
    expect(cart.lines).toEqual([{ quantity: 3 }]);
    expect((await placeOrder(buyer, 'another')).id).not.toBe(order.id);
  });

  test('twenty times at once makes one order', async () => {
    const lamp = await makeProduct(shop, { available: 10 });
    await putInCart(buyer, lamp, 2);
    const orders = await Promise.all(Array.from({ length: 20 }, () => placeOrder(buyer, 'twenty')));
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
    expect(await orderCount(buyer.customerKey)).toBe(1);
    expect(await stockOf(shop, lamp)).toBe(8);
  });

  test('of another customer is another order', async () => {
    const lamp = await makeProduct(shop);
    const other = await makeBuyer(shop);
    await putInCart(buyer, lamp);
    await putInCart(other, lamp);
    expect((await placeOrder(buyer, 'shared')).id).not.toBe((await placeOrder(other, 'shared')).id);
  });

  test.each(['', '   ', 'x'.repeat(201), 'a\u0000b'])('%j is no key', async (key) => {
    await putInCart(buyer, await makeProduct(shop));
    expect(await buyer.client.errorCode(placeOrderMutation, { key, shipTo })).toBe('BAD_USER_INPUT');
  });
});

describe('cancelling', () => {
  test('gives the units back once, however often and at once it is asked for', async () => {
    const lamp = await makeProduct(shop, { available: 10 });
    const order = await buy(buyer, lamp, 4);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => buyer.client.data<{ cancelOrder: unknown }>(cancel, { id: order.id })),
    );
    for (const { cancelOrder } of answers)
      expect(cancelOrder).toMatchObject({
        order: { id: order.id, status: 'CANCELLED', cancelledAt: expect.any(String) },
      });
    expect(await stockOf(shop, lamp)).toBe(10);
  });

  test('gives units back to an article whose stock level has gone', async () => {
    const lamp = await makeProduct(shop, { available: 10 });
    const order = await buy(buyer, lamp, 4);
    await shop.dataSource.query('DELETE FROM stock_levels WHERE product_id = $1', [keyOf(lamp)]);
    await buyer.client.data(cancel, { id: order.id });
    expect(await stockOf(shop, lamp)).toBe(4);
  });

  test('is refused once it has been shipped', async () => {
    const lamp = await makeProduct(shop, { available: 10 });
    const order = await buy(buyer, lamp);
    await staff.data(advance, { id: order.id, status: 'SHIPPED' });
    const { errors } = await buyer.client.ask(cancel, { id: order.id });
    expect(errors?.[0]?.extensions).toEqual({ code: 'WRONG_ORDER_STATUS', status: 'SHIPPED' });
    expect(await stockOf(shop, lamp)).toBe(9);
  });

  test('or shipping: of both at once one wins', async () => {
    const lamp = await makeProduct(shop, { available: 10 });
    const order = await buy(buyer, lamp, 3);
    const codes = await Promise.all([
      buyer.client.errorCode(cancel, { id: order.id }),
      staff.errorCode(advance, { id: order.id, status: 'SHIPPED' }),
    ]);
    expect(codes.toSorted()).toEqual(['WRONG_ORDER_STATUS', undefined]);
    expect(await stockOf(shop, lamp)).toBe(codes[0] === undefined ? 10 : 7);
  });
});

describe('on its way', () => {
  test('an order goes from placed to shipped to delivered, each once, and never back', async () => {
    const order = await buy(buyer, await makeProduct(shop));
    expect(await staff.errorCode(advance, { id: order.id, status: 'DELIVERED' })).toBe('WRONG_ORDER_STATUS');
    const shipped = await staff.data(advance, { id: order.id, status: 'SHIPPED' });
    expect(shipped).toMatchObject({
      updateOrderStatus: { order: { status: 'SHIPPED', shippedAt: expect.any(String), deliveredAt: null } },
    });
    expect(await staff.data(advance, { id: order.id, status: 'SHIPPED' })).toEqual(shipped);
    expect(await staff.data(advance, { id: order.id, status: 'DELIVERED' })).toMatchObject({
      updateOrderStatus: { order: { status: 'DELIVERED', deliveredAt: expect.any(String) } },
    });
    expect(await staff.errorCode(advance, { id: order.id, status: 'SHIPPED' })).toBe('WRONG_ORDER_STATUS');
  });

  test('a cancelled one goes nowhere', async () => {
    const order = await buy(buyer, await makeProduct(shop));
    await buyer.client.data(cancel, { id: order.id });
    expect(await staff.errorCode(advance, { id: order.id, status: 'SHIPPED' })).toBe('WRONG_ORDER_STATUS');
  });
});

describe('another’s order', () => {
  test('is NOT_FOUND like one that does not exist, and staff may read and cancel it', async () => {
    const order = await buy(buyer, await makeProduct(shop));
    const stranger = await makeBuyer(shop);
    const missing = Buffer.from('Order:999999999').toString('base64url');
    for (const query of [orderQuery, cancel]) {
      const [theirs, none] = await Promise.all(
        [order.id, missing].map((id) => stranger.client.ask(query, { id })),
      );
      expect(theirs?.errors?.[0]?.extensions).toEqual({ code: 'NOT_FOUND' });
      expect(none?.errors?.[0]?.message).toBe(theirs?.errors?.[0]?.message);
    }
    expect(await shop.guest.errorCode(orderQuery, { id: order.id })).toBe('UNAUTHENTICATED');
    expect(await staff.data(orderQuery, { id: order.id })).toEqual({
      order: { id: order.id, status: 'PLACED' },
    });
    expect(await staff.data(cancel, { id: order.id })).toMatchObject({
      cancelOrder: { order: { status: 'CANCELLED' } },
    });
  });
});

describe('my orders', () => {
  test('are all of mine and nobody else’s, newest first, from either end', async () => {
    const [busiest] = await shop.dataSource.query<{ id: string; email: string }[]>(
      `SELECT c.id::text, c.email FROM customers c JOIN orders o ON o.customer_id = c.id
        GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 1`,
    );
    const customer = await signInAs(shop, 'customer', busiest?.email);
    const rows = await shop.dataSource.query<{ number: string }[]>(
      'SELECT number FROM orders WHERE customer_id = $1 ORDER BY placed_at DESC, id DESC',
      [busiest?.id],
    );
    const read = async (page: PageArguments) => {
      const { myOrders } = await customer.data<{ myOrders: ConnectionAnswer<{ number: string }> }>(
        `query ($first: Int, $after: String, $last: Int, $before: String) {
           myOrders(first: $first, after: $after, last: $last, before: $before) { ${connectionFields('number')} }
         }`,
        { ...page },
      );
      return myOrders;
    };
    expect(rows.length).toBeGreaterThan(10);
    expect(await walkForward(read, 3)).toEqual(rows);
    expect(await walkBackward(read, 5)).toEqual(rows);
    expect((await read({ first: 1 })).totalCount).toBe(rows.length);
  });
});

/** Ten thousandths, as whole numbers that add up without rounding. */
function tenThousandths(decimal: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(4, '0')}`);
}

describe('exact money', () => {
  interface PricedOrder {
    readonly total: { readonly amount: number; readonly exact: string };
    readonly lines: readonly { readonly total: { readonly amount: number; readonly exact: string } }[];
  }

  test('all seeded orders together are exactly 2,297,200.8603, and each is the sum of its lines, both ways', async () => {
    const [seeded] = await shop.dataSource.query<{ total: string; lines: string; orders: number }[]>(
      `SELECT (SELECT sum(total) FROM orders WHERE number NOT LIKE 'SW-%')::text AS total,
              (SELECT sum(amount) FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE number NOT LIKE 'SW-%')::text AS lines,
              (SELECT count(*)::int FROM orders WHERE number NOT LIKE 'SW-%') AS orders`,
    );
    expect(tenThousandths(seeded?.total ?? '')).toBe(22_972_008_603n);
    expect(tenThousandths(seeded?.lines ?? '')).toBe(22_972_008_603n);
    expect(seeded?.orders).toBe(5_009);
    const rows = await shop.dataSource.query<{ id: string }[]>(
      `SELECT id::text FROM orders WHERE number NOT LIKE 'SW-%' ORDER BY id LIMIT 400`,
    );
    for (let from = 0; from < rows.length; from += 100) {
      const { nodes } = await staff.data<{ nodes: PricedOrder[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { total { amount exact } lines { total { amount exact } } } } }',
        {
          ids: rows.slice(from, from + 100).map(({ id }) => Buffer.from(`Order:${id}`).toString('base64url')),
        },
      );
      for (const { total, lines } of nodes) {
        expect(lines.reduce((sum, line) => sum + line.total.amount, 0)).toBe(total.amount);
        expect(lines.reduce((sum, line) => sum + tenThousandths(line.total.exact), 0n)).toBe(
          tenThousandths(total.exact),
        );
        for (const line of lines) {
          const exact = tenThousandths(line.total.exact);
          // Halves are rounded away from zero; no amount of a sale is negative.
          expect(BigInt(line.total.amount)).toBe((exact + 50n) / 100n);
        }
      }
    }
  });

  test('a line with four decimals shows both its exact and its rounded amount', async () => {
    const [line] = await shop.dataSource.query<{ id: string }[]>(
      'SELECT id::text FROM order_lines WHERE amount = 957.5775',
    );
    const { node } = await staff.data<{ node: unknown }>(
      'query ($id: ID!) { node(id: $id) { ... on OrderLine { total { amount currency exact } } } }',
      { id: Buffer.from(`OrderLine:${line?.id}`).toString('base64url') },
    );
    expect(node).toEqual({ total: { amount: 95_758, currency: 'USD', exact: '957.5775' } });
  });
});
