/** Reviews: one for each customer and product, and a mean that is right however many come at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBuyer, makeBuyers, makeProduct } from '../support/buyers.js';
import {
  connectionFields,
  walkForward,
  type ConnectionAnswer,
  type PageArguments,
} from '../support/connections.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

const addReview = `mutation ($input: AddReviewInput!) {
  addReview(input: $input) { review { id rating title body authorName createdAt product { ratingAverage ratingCount } } }
}`;

interface Added {
  readonly addReview: {
    readonly review: { readonly id: string; readonly product: { readonly ratingCount: number } };
  };
}

let shop: RunningApp;

beforeAll(async () => {
  shop = await startApp();
});

afterAll(async () => shop.stop());

async function ratingOf(id: string): Promise<unknown> {
  const { product } = await shop.guest.data<{ product: unknown }>(
    'query ($id: ID!) { product(id: $id) { ratingAverage ratingCount reviews { totalCount } } }',
    { id },
  );
  return product;
}

test('a review is there at once, under its author’s name, and counts', async () => {
  const productId = await makeProduct(shop);
  const { client } = await makeBuyer(shop);
  const { addReview: added } = await client.data<{ addReview: { review: object } }>(addReview, {
    input: { productId, rating: 4, title: '  Sturdy ', body: 'Holds <b>books</b>.\nMany.' },
  });
  expect(added.review).toMatchObject({
    rating: 4,
    title: 'Sturdy',
    body: 'Holds <b>books</b>.\nMany.',
    authorName: expect.stringMatching(/^Buyer /),
    product: { ratingAverage: 4, ratingCount: 1 },
  });
  expect(await ratingOf(productId)).toEqual({ ratingAverage: 4, ratingCount: 1, reviews: { totalCount: 1 } });
});

test('a customer reviews a product once, also when he sends it many times at once', async () => {
  const productId = await makeProduct(shop);
  const { client } = await makeBuyer(shop);
  const codes = await Promise.all(
    Array.from({ length: 6 }, () => client.errorCode(addReview, { input: { productId, rating: 5 } })),
  );
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.filter((code) => code === 'ALREADY_REVIEWED')).toHaveLength(5);
  expect(await ratingOf(productId)).toEqual({ ratingAverage: 5, ratingCount: 1, reviews: { totalCount: 1 } });
});

test('the mean of thirty reviews at once misses none of them', async () => {
  const productId = await makeProduct(shop);
  const buyers = await makeBuyers(shop, 30);
  await Promise.all(
    buyers.map(({ client }, at) =>
      client.data<Added>(addReview, { input: { productId, rating: (at % 5) + 1 } }),
    ),
  );
  expect(await ratingOf(productId)).toEqual({
    ratingAverage: 3,
    ratingCount: 30,
    reviews: { totalCount: 30 },
  });
});

const review = (id: string) =>
  `addReview(input: { productId: "${id}", rating: 2 }) { review { product { ratingCount reviews { totalCount } } } }`;

test('two reviews in one request each see the product after themselves', async () => {
  const [one, two] = [await makeProduct(shop), await makeProduct(shop)];
  const { client } = await makeBuyer(shop);
  expect(await client.data(`mutation { a: ${review(one)} b: ${review(two)} }`)).toEqual({
    a: { review: { product: { ratingCount: 1, reviews: { totalCount: 1 } } } },
    b: { review: { product: { ratingCount: 1, reviews: { totalCount: 1 } } } },
  });
});

test('reviews are listed newest first, page by page, below one product and below many', async () => {
  const [busiest] = await shop.dataSource.query<{ id: string }[]>(
    'SELECT product_id::text AS id FROM reviews GROUP BY product_id ORDER BY count(*) DESC, product_id LIMIT 1',
  );
  const rows = await shop.dataSource.query<{ id: string }[]>(
    'SELECT id::text FROM reviews WHERE product_id = $1 ORDER BY created_at DESC, id DESC',
    [busiest?.id],
  );
  const id = Buffer.from(`Product:${busiest?.id}`).toString('base64url');
  const read = async (page: PageArguments) => {
    const { product } = await shop.guest.data<{ product: { reviews: ConnectionAnswer<{ id: string }> } }>(
      `query ($id: ID!, $first: Int, $after: String) {
         product(id: $id) { reviews(first: $first, after: $after) { ${connectionFields('id')} } }
       }`,
      { ...page, id },
    );
    return product.reviews;
  };
  expect(rows.length).toBeGreaterThan(5);
  const ids = rows.map((row) => Buffer.from(`Review:${row.id}`).toString('base64url'));
  expect((await walkForward(read, 3)).map((node) => node.id)).toEqual(ids);
});

describe('refused', () => {
  test.each([
    ['no stars', { rating: 0 }],
    ['six stars', { rating: 6 }],
    ['a title of 201 characters', { rating: 3, title: 'x'.repeat(201) }],
    ['a body of 10,001 characters', { rating: 3, body: 'x'.repeat(10_001) }],
    ['a NUL in the body', { rating: 3, body: 'a\u0000b' }],
  ])('%s', async (_name, given) => {
    const productId = await makeProduct(shop);
    const { client } = await makeBuyer(shop);
    expect(await client.errorCode(addReview, { input: { productId, ...given } })).toBe('BAD_USER_INPUT');
    expect(await ratingOf(productId)).toMatchObject({ ratingCount: 0 });
  });

  test('a product that there is not', async () => {
    const { client } = await makeBuyer(shop);
    const productId = Buffer.from('Product:999999999').toString('base64url');
    expect(await client.errorCode(addReview, { input: { productId, rating: 3 } })).toBe('NOT_FOUND');
  });
});
