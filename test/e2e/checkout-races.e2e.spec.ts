/** Many buyers at once: never more is sold than there is, nobody waits for ever, and the books agree afterwards. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  makeBuyers,
  makeProduct,
  placeOrderMutation,
  putInCart,
  shipTo,
  stockOf,
} from '../support/buyers.js';
import { signInAs } from '../support/accounts.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

let shop: RunningApp;

beforeAll(async () => {
  shop = await startApp();
});

afterAll(async () => shop.stop());

const keyOf = (id: string) => Buffer.from(id, 'base64url').toString().split(':')[1];

async function unitsOrdered(productId: string): Promise<{ orders: number; units: number }> {
  const [row] = await shop.dataSource.query<{ orders: number; units: number }[]>(
    `SELECT count(*)::int AS orders, coalesce(sum(quantity), 0)::int AS units
       FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE product_id = $1 AND o.status <> 'CANCELLED'`,
    [keyOf(productId)],
  );
  return row ?? { orders: 0, units: 0 };
}

test('200 buyers of the last 10 items: 10 get one, 190 are told that it is sold out', async () => {
  const last = await makeProduct(shop, { available: 10 });
  const buyers = await makeBuyers(shop, 200);
  await Promise.all(buyers.map((buyer) => putInCart(buyer, last)));
  const codes = await Promise.all(
    buyers.map(({ client }) => client.errorCode(placeOrderMutation, { key: 'rush', shipTo })),
  );
  expect(codes.filter((code) => code === undefined)).toHaveLength(10);
  expect(codes.filter((code) => code === 'OUT_OF_STOCK')).toHaveLength(190);
  expect(await stockOf(shop, last)).toBe(0);
  expect(await unitsOrdered(last)).toEqual({ orders: 10, units: 10 });
  const [placed] = await shop.dataSource.query<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM outbox WHERE topic = 'order.placed' AND payload->>'customerId' = ANY($1)`,
    [buyers.map(({ customerKey }) => customerKey)],
  );
  expect(placed?.count).toBe(10);
});

test('carts with the same two articles in opposite order all come through', async () => {
  const first = await makeProduct(shop, { available: 1_000 });
  const second = await makeProduct(shop, { available: 1_000 });
  const buyers = await makeBuyers(shop, 60);
  await Promise.all(
    buyers.map(async (buyer, at) => {
      const [one, other] = at % 2 === 0 ? [first, second] : [second, first];
      await putInCart(buyer, one);
      await putInCart(buyer, other, 2);
    }),
  );
  const codes = await Promise.all(
    buyers.map(({ client }) => client.errorCode(placeOrderMutation, { shipTo })),
  );
  expect(codes.filter((code) => code !== undefined)).toEqual([]);
  expect((await stockOf(shop, first)) + (await stockOf(shop, second))).toBe(2_000 - 60 * 3);
});

test('buying, cancelling and stocking up at once: what is left is what came in less what went out', async () => {
  const busy = await makeProduct(shop, { available: 30 });
  const staff = await signInAs(shop, 'staff');
  const buyers = await makeBuyers(shop, 60);
  await Promise.all(buyers.map((buyer) => putInCart(buyer, busy, 2)));
  const results = await Promise.all(
    buyers.map(async ({ client }, at) => {
      if (at % 6 === 0)
        await staff.data(
          'mutation ($id: ID!) { adjustStock(input: { productId: $id, delta: 3 }) { product { id } } }',
          { id: busy },
        );
      const { data } = await client.ask<{ placeOrder: { order: { id: string } } }>(placeOrderMutation, {
        shipTo,
      });
      if (at % 3 === 0 && data !== undefined && data !== null)
        await client.data('mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }', {
          id: data.placeOrder.order.id,
        });
    }),
  );
  expect(results).toHaveLength(60);
  const { units } = await unitsOrdered(busy);
  expect(await stockOf(shop, busy)).toBe(30 + 10 * 3 - units);
  const { product } = await shop.guest.data<{ product: { unitsSold: number } }>(
    'query ($id: ID!) { product(id: $id) { unitsSold } }',
    { id: busy },
  );
  expect(product.unitsSold).toBe(units);
});
