/** Of a query with several root fields only those are executed that are not cached; nobody can tell from the answer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp } from '../support/accounts.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startApp, type RunningApp } from '../support/start-app.js';

let shop: RunningApp;

beforeAll(async () => {
  shop = await startApp();
});
afterAll(async () => shop.stop());

async function ask(client: GraphqlClient, query: string, isFresh = false) {
  const response = await fetch(`${client.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(isFresh && { 'cache-control': 'no-cache' }),
      ...(client.accessToken !== undefined && { authorization: `Bearer ${client.accessToken}` }),
    },
    body: JSON.stringify({ query }),
  });
  return { status: response.headers.get('cache-status') ?? '', body: await response.text() };
}

const page = (nonce: string) => `query ${nonce} {
  products(first: 4, sort: PRICE_DESC) { nodes { id sku name price { amount } category { name } stock reviews(first: 1) { totalCount } } }
  me { id name }
  categories { name }
}`;

test(
  'a catalogue beside an account is found for the next customer, with the bytes of a whole execution',
  { timeout: 90_000 },
  async () => {
    const [ada, bob] = [await signUp(shop, 'Ada'), await signUp(shop, 'Bob')];
    let question = 0;
    let found = { status: '', body: '' };
    // A node that has lost touch with the log for a moment serves nothing cached, and keeps nothing.
    await expect
      .poll(
        async () => {
          question += 1;
          await ask(ada.client, page(`Ada${question}`));
          found = await ask(bob.client, page(`Bob${question}`));
          return found.status;
        },
        { timeout: 60_000 },
      )
      .toContain('fwd=partial');
    expect(found.body).toContain('Bob');
    expect(found.body).toBe((await ask(bob.client, page('Again'), true)).body);
  },
);

test('a change is seen in the answer that is put together from cached fields', async () => {
  const ada = await signUp(shop, 'Ada');
  const asked = await ask(ada.client, page('Before'));
  const { nodes } = (
    JSON.parse(asked.body) as { data: { products: { nodes: { sku: string; name: string }[] } } }
  ).data.products;
  const [product] = nodes;
  await shop.dataSource.query('UPDATE products SET name = $1 WHERE sku = $2', ['Renamed', product?.sku]);
  await expect
    .poll(async () => (await ask(ada.client, page('Before'))).body, { timeout: 5_000 })
    .toContain('Renamed');
  const after = await ask(ada.client, page('After'));
  expect(after.body).toContain('Renamed');
  expect(after.body).toBe((await ask(ada.client, page('After'), true)).body);
});

const shelves = (nonce: string) => `query ${nonce} {
  products(first: 1, sort: PRICE_DESC) { nodes { id category { name } } }
  categories { name products(first: 1) { nodes { category { name } } } }
}`;

test('rows that one part has loaded are known to every part that uses them', async () => {
  const before = await ask(shop.guest, shelves('A'));
  await shop.dataSource.query(`UPDATE categories SET name = name || ' (new)'`);
  await expect
    .poll(async () => (await ask(shop.guest, shelves('A'))).body, { timeout: 5_000 })
    .not.toBe(before.body);
  expect((await ask(shop.guest, shelves('B'))).body).toBe((await ask(shop.guest, shelves('B'), true)).body);
});
