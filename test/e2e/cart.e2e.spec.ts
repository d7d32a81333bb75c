/** The cart: one for each customer, his alone, always at the catalogue's prices of the moment. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeBuyer, makeProduct, type Buyer } from '../support/buyers.js';
import { signInAs } from '../support/accounts.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface Cart {
  readonly id: string;
  readonly total: { readonly amount: number; readonly currency: string; readonly exact: string };
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly total: { readonly amount: number };
    readonly product: { readonly id: string; readonly price: { readonly amount: number } };
  }[];
}

const cartFields =
  'cart { id total { amount currency exact } lines { id quantity total { amount } product { id price { amount } } } }';
const add = `mutation ($id: ID!, $quantity: Int = 1) { addToCart(input: { productId: $id, quantity: $quantity }) { ${cartFields} } }`;
const update = `mutation ($id: ID!, $quantity: Int!) { updateCartLine(input: { cartLineId: $id, quantity: $quantity }) { ${cartFields} } }`;
const remove = `mutation ($id: ID!) { removeCartLine(input: { cartLineId: $id }) { ${cartFields} } }`;

let shop: RunningApp;
let buyer: Buyer;
let lamp: string;
let desk: string;

beforeAll(async () => {
  shop = await startApp();
  lamp = await makeProduct(shop, { priceMinor: 1_999 });
  desk = await makeProduct(shop, { priceMinor: 25_050 });
});

beforeEach(async () => {
  buyer = await makeBuyer(shop);
});

afterAll(async () => shop.stop());

async function change(mutation: string, variables: Record<string, unknown>): Promise<Cart> {
  const data = await buyer.client.data<Record<string, { cart: Cart }>>(mutation, variables);
  const [payload] = Object.values(data);
  if (payload === undefined) throw new Error('The mutation answered nothing.');
  return payload.cart;
}

async function readCart(): Promise<Cart | null> {
  return (await buyer.client.data<{ cart: Cart | null }>(`{ ${cartFields} }`)).cart;
}

const quantities = (cart: Cart | null) => cart?.lines.map(({ product, quantity }) => [product.id, quantity]);

describe('filling and emptying', () => {
  test('there is none before something was added, and it is the same one from then on', async () => {
    expect(await readCart()).toBeNull();
    const cart = await change(add, { id: lamp });
    expect(await readCart()).toEqual(cart);
    expect((await change(add, { id: desk })).id).toBe(cart.id);
  });

  test('lines stand in the order in which they came and sum up to the total', async () => {
    await change(add, { id: lamp, quantity: 3 });
    const cart = await change(add, { id: desk, quantity: 2 });
    expect(quantities(cart)).toEqual([
      [lamp, 3],
      [desk, 2],
    ]);
    expect(cart.lines.map(({ total }) => total.amount)).toEqual([5_997, 50_100]);
    expect(cart.total).toEqual({ amount: 56_097, currency: 'USD', exact: '560.97' });
  });

  test('adding what is there already adds to its line', async () => {
    await change(add, { id: lamp, quantity: 2 });
    expect(quantities(await change(add, { id: lamp, quantity: 3 }))).toEqual([[lamp, 5]]);
  });

  test('twenty taps at once all count', async () => {
    await Promise.all(Array.from({ length: 20 }, () => change(add, { id: lamp })));
    expect(quantities(await readCart())).toEqual([[lamp, 20]]);
  });

  test('a line is set, set to nothing, removed', async () => {
    await change(add, { id: lamp, quantity: 2 });
    const cart = await change(add, { id: desk });
    const [first, second] = cart.lines;
    expect(quantities(await change(update, { id: first?.id, quantity: 7 }))).toEqual([
      [lamp, 7],
      [desk, 1],
    ]);
    expect(quantities(await change(update, { id: first?.id, quantity: 0 }))).toEqual([[desk, 1]]);
    expect(await change(remove, { id: second?.id })).toMatchObject({ lines: [], total: { amount: 0 } });
  });

  test('several changes in one request each show the cart as it is after them', async () => {
    const data = await buyer.client.data<Record<string, { cart: Cart }>>(
      `mutation ($lamp: ID!, $desk: ID!) {
         one: addToCart(input: { productId: $lamp }) { ${cartFields} }
         two: addToCart(input: { productId: $desk, quantity: 2 }) { ${cartFields} }
         three: addToCart(input: { productId: $lamp }) { ${cartFields} }
       }`,
      { lamp, desk },
    );
    expect(quantities(data['one']?.cart ?? null)).toEqual([[lamp, 1]]);
    expect(quantities(data['two']?.cart ?? null)).toEqual([
      [lamp, 1],
      [desk, 2],
    ]);
    expect(data['three']?.cart.total.amount).toBe(2 * 1_999 + 2 * 25_050);
  });

  test('the customer’s own record leads to the same cart', async () => {
    const cart = await change(add, { id: lamp });
    expect(await buyer.client.data(`{ me { ${cartFields} } }`)).toEqual({ me: { cart } });
  });
});

describe('prices', () => {
  test('a new price holds for what lies in the cart already', async () => {
    const mug = await makeProduct(shop, { priceMinor: 500 });
    await change(add, { id: mug, quantity: 4 });
    const staff = await signInAs(shop, 'staff');
    await staff.data(
      'mutation ($id: ID!) { updateProduct(input: { id: $id, price: 625 }) { product { id } } }',
      { id: mug },
    );
    expect((await readCart())?.total.amount).toBe(2_500);
  });

  test('more than can be counted is refused when it is added, and said clearly when a price rises to it', async () => {
    const car = await makeProduct(shop, { priceMinor: 1_000_000_000 });
    expect(await buyer.client.errorCode(add, { id: car, quantity: 3 })).toBe('CART_TOO_LARGE');
    await change(add, { id: car, quantity: 2 });
    expect(await buyer.client.errorCode(add, { id: desk, quantity: 10_000 })).toBe('CART_TOO_LARGE');
    expect(quantities(await readCart())).toEqual([[car, 2]]);
    await shop.dataSource.query(`UPDATE products SET price_minor = 2000000000 WHERE id = $1`, [
      Buffer.from(car, 'base64url').toString().split(':')[1],
    ]);
    expect(await buyer.client.errorCode(`{ ${cartFields} }`)).toBe('CART_TOO_LARGE');
  });
});

async function makeForeign(currency: string): Promise<string> {
  const id = await makeProduct(shop, { priceMinor: 1_234 });
  const key = Buffer.from(id, 'base64url').toString().split(':')[1];
  await shop.dataSource.query('UPDATE products SET currency = $2 WHERE id = $1', [key, currency]);
  return id;
}

describe('currencies', () => {
  test('a cart holds articles of one currency', async () => {
    await change(add, { id: lamp });
    expect(await buyer.client.errorCode(add, { id: await makeForeign('EUR') })).toBe('MIXED_CURRENCIES');
    expect(quantities(await readCart())).toEqual([[lamp, 1]]);
  });

  test('an order in yen has no decimals', async () => {
    const cart = await change(add, { id: await makeForeign('JPY'), quantity: 2 });
    expect(cart.total).toEqual({ amount: 2_468, currency: 'JPY', exact: '2468' });
    const { placeOrder } = await buyer.client.data<{ placeOrder: { order: { total: unknown } } }>(
      `mutation { placeOrder(input: { shipTo: { address: { city: "Kyoto", country: "Japan" } } }) {
         order { total { amount currency exact } } } }`,
    );
    expect(placeOrder.order.total).toEqual({ amount: 2_468, currency: 'JPY', exact: '2468' });
  });
});

describe('limits', () => {
  test.each([0, -1, 10_001, 2_147_483_647])('a quantity of %i is refused', async (quantity) => {
    expect(await buyer.client.errorCode(add, { id: lamp, quantity })).toBe('BAD_USER_INPUT');
  });

  test('ten thousand of one article are the most, however they come together', async () => {
    const nail = await makeProduct(shop, { priceMinor: 1 });
    const cart = await change(add, { id: nail, quantity: 10_000 });
    expect(await buyer.client.errorCode(add, { id: nail })).toBe('CART_TOO_LARGE');
    expect(await buyer.client.errorCode(update, { id: cart.lines[0]?.id, quantity: 10_001 })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await buyer.client.errorCode(update, { id: cart.lines[0]?.id, quantity: -1 })).toBe(
      'BAD_USER_INPUT',
    );
    expect(quantities(await readCart())).toEqual([[nail, 10_000]]);
  });

  test('a hundred different articles are the most', async () => {
    await change(add, { id: lamp });
    await shop.dataSource.query(
      `INSERT INTO cart_lines (cart_id, product_id, quantity)
       SELECT c.id, p.id, 1 FROM carts c CROSS JOIN (SELECT id FROM products ORDER BY id LIMIT 99) p WHERE c.customer_id = $1`,
      [buyer.customerKey],
    );
    expect(await buyer.client.errorCode(add, { id: desk })).toBe('CART_TOO_LARGE');
    expect(await buyer.client.errorCode(add, { id: lamp })).toBeUndefined();
  });

  test('what there is not cannot be added, and what is no product neither', async () => {
    const missing = Buffer.from('Product:999999999').toString('base64url');
    expect(await buyer.client.errorCode(add, { id: missing })).toBe('NOT_FOUND');
    expect(await buyer.client.errorCode(add, { id: 'x' })).toBe('BAD_USER_INPUT');
    expect(await readCart()).toBeNull();
  });
});

describe('another’s cart', () => {
  test('its lines cannot be changed or removed: they are not found', async () => {
    const cart = await change(add, { id: lamp });
    const thief = await makeBuyer(shop);
    const lineId = cart.lines[0]?.id;
    expect(await thief.client.errorCode(update, { id: lineId, quantity: 5 })).toBe('NOT_FOUND');
    expect(await thief.client.errorCode(remove, { id: lineId })).toBe('NOT_FOUND');
    expect(await readCart()).toEqual(cart);
  });
});
