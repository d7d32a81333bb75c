/** What clients see of the cache, over two nodes on one database and one Redis. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signInAs, signUp } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { startApp, type RunningApp } from '../support/start-app.js';

const secret = { JWT_SECRET: 'a secret of more than thirty-two characters' };
let databaseUrl: string;
let one: RunningApp;
let other: RunningApp;

beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  one = await startApp({ databaseUrl, env: secret });
  other = await startApp({ databaseUrl, env: secret });
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await dropDatabase(databaseUrl);
});

interface Asked {
  readonly status: string;
  readonly seen: string | null;
  readonly headers: Headers;
  readonly data: Record<string, unknown>;
}

async function ask(
  { url }: RunningApp,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Asked> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await response.json()) as { data: Record<string, unknown> };
  const status = response.headers.get('cache-status') ?? '';
  return { status, seen: response.headers.get('x-swiftlet-seen'), headers: response.headers, data };
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });
const productQuery = 'query ($id: ID!) { product(id: $id) { name price { amount } stock } }';
const update = `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } } }`;

async function productIds(count: number): Promise<string[]> {
  const { data } = await ask(one, `{ products(first: ${count}, sort: NAME_ASC) { nodes { id } } }`);
  return (data['products'] as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
}

describe('an answer', () => {
  it('is made once for all nodes, and everybody gets the same bytes', async () => {
    const [id] = await productIds(1);
    const first = await ask(one, productQuery, { id });
    expect(first.status).toMatch(/stored/);
    await vi.waitFor(async () => expect((await ask(other, productQuery, { id })).status).toMatch(/hit/));
    const again = await ask(other, productQuery, { id });
    expect(again.data).toEqual(first.data);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('ends with a mutation on another node, for whoever has been told of it; others stay', async () => {
    const [id, untouched] = await productIds(2);
    const staff = await signInAs(one, 'staff');
    for (const node of [one, other])
      for (const product of [id, untouched]) await ask(node, productQuery, { id: product });
    const input = { id, price: 4_711 };
    const { seen } = await ask(one, update, { input }, bearer(staff.accessToken));
    expect(Number(seen)).toBeGreaterThan(0);
    const after = await ask(other, productQuery, { id }, { 'x-swiftlet-seen': seen ?? '' });
    expect(after.data).toMatchObject({ product: { price: { amount: 4_711 } } });
    expect(after.status).not.toMatch(/hit/);
    expect((await ask(other, productQuery, { id: untouched })).status).toMatch(/hit/);
  });

  it('stays when a sale changes only what it does not show', async () => {
    const [id] = await productIds(1);
    const page = 'query ($id: ID!) { product(id: $id) { name price { amount } inStock } }';
    const ofIt = 'WHERE product_id = (SELECT id FROM products ORDER BY lower(name), id LIMIT 1)';
    const stock = (available: number) =>
      one.dataSource.query(`UPDATE stock_levels SET available = ${available} ${ofIt}`);
    await stock(9);
    await ask(one, page, { id });
    await stock(8);
    await one.dataSource.query(`UPDATE products SET units_sold = units_sold + 1
      WHERE id = (SELECT id FROM products ORDER BY lower(name), id LIMIT 1)`);
    expect((await ask(one, page, { id })).status).toMatch(/hit/);
    await stock(0);
    const after = await ask(one, page, { id });
    expect(after.status).not.toMatch(/hit/);
    expect(after.data).toMatchObject({ product: { inStock: false } });
  });

  it('ends when somebody else writes to the database', async () => {
    const [id] = await productIds(1);
    await ask(one, productQuery, { id });
    const stranger = new pg.Client({ connectionString: databaseUrl, application_name: 'psql' });
    await stranger.connect();
    await stranger.query(
      `UPDATE stock_levels SET available = 77 WHERE product_id = (SELECT id FROM products ORDER BY sort_name, id LIMIT 1)`,
    );
    await stranger.end();
    await vi.waitFor(async () => {
      const { data } = await ask(one, productQuery, { id });
      expect(data).toMatchObject({ product: { stock: 77 } });
    });
  });

  it('that has looked at who asks is nobody else’s', async () => {
    const [ada, max] = await Promise.all([signUp(one, 'Ada'), signUp(one, 'Max')]);
    const query = '{ me { name email } }';
    for (const { client, email } of [ada, max, ada, max]) {
      const { data } = await ask(one, query, {}, bearer(client.accessToken));
      expect(data).toMatchObject({ me: { email } });
    }
    const again = await ask(one, query, {}, bearer(ada.client.accessToken));
    expect(again.status).toMatch(/hit/);
    expect(again.headers.get('cache-control')).toMatch(/private/);
    expect((await ask(one, query)).data).toEqual({ me: null });
  });

  it('is made afresh for whoever asks past caches', async () => {
    const [id] = await productIds(1);
    await ask(one, productQuery, { id });
    const { status } = await ask(one, productQuery, { id }, { 'cache-control': 'no-cache' });
    expect(status).toMatch(/fwd=request/);
  });
});
