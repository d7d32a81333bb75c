/** What staff may do to the catalogue: change products, and take stock in and out, never below nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { makeProduct, stockOf } from '../support/buyers.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

const update = `mutation ($input: UpdateProductInput!) {
  updateProduct(input: $input) { clientMutationId product { id name description price { amount } category { name } updatedAt } }
}`;
const adjust = `mutation ($id: ID!, $delta: Int!) { adjustStock(input: { productId: $id, delta: $delta }) { product { stock inStock } } }`;

let shop: RunningApp;
let staff: GraphqlClient;

beforeAll(async () => {
  shop = await startApp();
  staff = await signInAs(shop, 'staff');
});

afterAll(async () => shop.stop());

const missing = Buffer.from('Product:999999999').toString('base64url');

async function topicsOf(id: string): Promise<string[]> {
  const rows = await shop.dataSource.query<{ topic: string }[]>(
    `SELECT topic FROM outbox WHERE aggregate = 'product:' || $1 ORDER BY xid, id`,
    [Buffer.from(id, 'base64url').toString().split(':')[1]],
  );
  return rows.map(({ topic }) => topic);
}

describe('changing a product', () => {
  test('changes what is named and leaves the rest, null included', async () => {
    const id = await makeProduct(shop, { priceMinor: 1_000 });
    const { category } = await shop.guest.data<{ category: { id: string } }>(
      '{ category(slug: "technology") { id } }',
    );
    expect(
      await staff.data(update, { input: { id, name: ' Lamp ', price: 1_200, clientMutationId: 'm1' } }),
    ).toMatchObject({
      updateProduct: { clientMutationId: 'm1', product: { name: 'Lamp', price: { amount: 1_200 } } },
    });
    expect(
      await staff.data(update, {
        input: { id, name: null, price: null, description: 'Bright.', categoryId: category.id },
      }),
    ).toMatchObject({
      updateProduct: {
        product: {
          name: 'Lamp',
          price: { amount: 1_200 },
          description: 'Bright.',
          category: { name: 'Technology' },
        },
      },
    });
    expect(await staff.data(update, { input: { id, price: 0 } })).toMatchObject({
      updateProduct: { product: { price: { amount: 0 } } },
    });
    expect(await topicsOf(id)).toEqual([
      'product.updated',
      'product.price_changed',
      'product.updated',
      'product.updated',
      'product.price_changed',
    ]);
  });

  test('to what it is already changes nothing and tells nobody', async () => {
    const id = await makeProduct(shop, { priceMinor: 1_000 });
    const before = await staff.data(update, { input: { id } });
    expect(await staff.data(update, { input: { id, price: 1_000 } })).toEqual(before);
    expect(await topicsOf(id)).toEqual([]);
  });

  test('many changes at once to different fields keep each other', async () => {
    const id = await makeProduct(shop);
    await Promise.all([
      staff.data(update, { input: { id, name: 'Both' } }),
      staff.data(update, { input: { id, price: 4_242 } }),
      staff.data(update, { input: { id, description: 'All three' } }),
    ]);
    expect(await staff.data(update, { input: { id } })).toMatchObject({
      updateProduct: { product: { name: 'Both', price: { amount: 4_242 }, description: 'All three' } },
    });
  });

  test.each([
    ['an empty name', { name: ' ' }],
    ['a name of 301 characters', { name: 'x'.repeat(301) }],
    ['a name with a NUL', { name: 'a\u0000b' }],
    ['a negative price', { price: -1 }],
    ['a price beyond ten million', { price: 1_000_000_001 }],
    ['a category that there is not', { categoryId: Buffer.from('Category:999999').toString('base64url') }],
    ['a category that is none', { categoryId: 'x' }],
  ])('%s is refused', async (_name, given) => {
    const id = await makeProduct(shop);
    expect(await staff.errorCode(update, { input: { id, ...given } })).toBe('BAD_USER_INPUT');
    expect(await topicsOf(id)).toEqual([]);
  });

  test('a product that there is not is not found', async () => {
    expect(await staff.errorCode(update, { input: { id: missing, name: 'X' } })).toBe('NOT_FOUND');
  });
});

describe('stock', () => {
  test('goes up and down and shows at once', async () => {
    const id = await makeProduct(shop, { available: 5 });
    expect(await staff.data(adjust, { id, delta: 7 })).toEqual({
      adjustStock: { product: { stock: 12, inStock: true } },
    });
    expect(await staff.data(adjust, { id, delta: -12 })).toEqual({
      adjustStock: { product: { stock: 0, inStock: false } },
    });
    expect(await staff.data(adjust, { id, delta: 0 })).toEqual({
      adjustStock: { product: { stock: 0, inStock: false } },
    });
    expect(await topicsOf(id)).toEqual(['stock.changed', 'stock.changed']);
  });

  test('never falls below nothing', async () => {
    const id = await makeProduct(shop, { available: 3 });
    const { errors } = await staff.ask(adjust, { id, delta: -4 });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'OUT_OF_STOCK', requested: 4, available: 3 });
    expect(await stockOf(shop, id)).toBe(3);
  });

  test('counts fifty adjustments at once, the first of all included', async () => {
    const id = await makeProduct(shop);
    await shop.dataSource.query('DELETE FROM stock_levels WHERE product_id = $1', [
      Buffer.from(id, 'base64url').toString().split(':')[1],
    ]);
    await Promise.all(Array.from({ length: 50 }, (_, at) => staff.data(adjust, { id, delta: (at % 3) + 1 })));
    expect(await stockOf(shop, id)).toBe(17 * 1 + 17 * 2 + 16 * 3);
  });

  test('in one request with several steps each shows the level after itself', async () => {
    const id = await makeProduct(shop, { available: 1 });
    const step = (delta: number) =>
      `adjustStock(input: { productId: "${id}", delta: ${delta} }) { product { stock } }`;
    expect(await staff.data(`mutation { a: ${step(4)} b: ${step(-2)} c: ${step(10)} }`)).toEqual({
      a: { product: { stock: 5 } },
      b: { product: { stock: 3 } },
      c: { product: { stock: 13 } },
    });
  });

  test('refuses what cannot be counted and what there is not', async () => {
    const id = await makeProduct(shop, { available: 1 });
    for (const delta of [1_000_000_000, 1_000_000_000]) await staff.data(adjust, { id, delta });
    expect(await staff.errorCode(adjust, { id, delta: 1_000_000_000 })).toBe('BAD_USER_INPUT');
    expect(await staff.errorCode(adjust, { id, delta: 1_000_000_001 })).toBe('BAD_USER_INPUT');
    expect(await staff.errorCode(adjust, { id: missing, delta: 1 })).toBe('NOT_FOUND');
  });
});

test('a text comes in the language that is asked for, and in the shop’s own where there is no such language', async () => {
  const id = await makeProduct(shop);
  const [, key] = Buffer.from(id, 'base64url').toString().split(':');
  await shop.dataSource.query(`UPDATE products SET name = 'Chair', translations = $2 WHERE id = $1`, [
    key,
    JSON.stringify({ fr: { name: 'Chaise' } }),
  ]);
  const named = `{ product(id: "${id}") { fr: name(locale: "fr") de: name(locale: "de") odd: name(locale: "constructor") } }`;
  expect(await shop.guest.data(named)).toEqual({ product: { fr: 'Chaise', de: 'Chair', odd: 'Chair' } });
});
