/** Rows that one question has loaded are there for every other; a change costs the one row that it is of. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { sentFor, watchStatements } from '../support/statement-count.js';

let shop: RunningApp;
let other: RunningApp;
let questions = 0;

beforeAll(async () => {
  watchStatements();
  shop = await startApp();
  other = await startApp({ databaseUrl: shop.env.DATABASE_URL });
});
afterAll(async () => {
  await other.stop();
  await shop.stop();
});

/** A node that has lost touch with the log for a moment uses nothing cached: then the story is told once more. */
const patiently = { timeout: 45_000, interval: 500 };

/** As global ids. */
function idsOf(type: string, keys: readonly number[]): string[] {
  return keys.map((key) => Buffer.from(`${type}:${key}`).toString('base64url'));
}

/** What a question that nobody has asked before reads, by tables. */
async function readBy(
  node: RunningApp,
  keys: readonly number[],
  selection: string,
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  questions += 1;
  const query = `query Q${questions}($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { ${selection} } } }`;
  const sent = await sentFor(node.guest, query, { ids: idsOf('Product', keys) }, {});
  return Object.fromEntries(sent.map(({ text, values }) => [/FROM "?(\w+)/.exec(text)?.[1] ?? text, values]));
}

test('two questions share the rows that both need, whatever they show of them', async () => {
  let first = 1;
  await vi.waitFor(async () => {
    first += 20; // rows that nobody has asked for
    const keys = Array.from({ length: 8 }, (_, at) => first + at);
    await readBy(shop, keys.slice(0, 5), 'name stock images { url }');
    expect(await readBy(shop, keys, 'sku stock')).toEqual({
      products: keys.slice(5).map(String),
      stock_levels: keys.slice(5).map(String),
    });
    const { categories: _, ...others } = await readBy(
      shop,
      keys.slice(0, 4),
      'images { alt } stock category { name }',
    );
    expect(others).toEqual({});
  }, patiently);
});

test('another node needs no statement for what one has loaded and used again', async () => {
  let first = 1_001;
  await vi.waitFor(async () => {
    first += 20;
    const keys = [first, first + 1, first + 2];
    await readBy(shop, keys, 'name stock images { url width } category { name }');
    await readBy(shop, keys, 'sku stock images { url } category { slug }');
    expect(await readBy(other, keys, 'images { alt thumbhash } sku stock category { slug }')).toEqual({});
  }, patiently);
});

test('a change of one product costs one statement for that product alone, on every node', async () => {
  const keys = [501, 502, 503, 504];
  const selection = 'name price { amount } stock images { url }';
  let times = 0;
  await vi.waitFor(async () => {
    times += 1;
    await readBy(shop, keys, selection);
    await readBy(other, keys, selection);
    await shop.dataSource.query('UPDATE products SET name = $1 WHERE id = 502', [`Renamed ${times}`]);
    const asked = { ids: idsOf('Product', keys) };
    const query = `query R${times}($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { name stock } } }`;
    expect((await sentFor(shop.guest, query, asked, {})).map(({ values }) => values)).toEqual([['502']]);
    const told = await shop.guest.data<{ nodes: { name: string }[] }>(`${query} `, asked);
    expect(told.nodes[1]?.name).toBe(`Renamed ${times}`);
    expect(await readBy(shop, keys, selection)).toEqual({});
    expect(await readBy(other, keys, `sku ${selection}`)).toEqual({});
  }, patiently);
});

test('a mutation sees what it has changed, and those after it too', async () => {
  const staff = await signInAs(shop, 'staff');
  const [id = ''] = idsOf('Product', [601]);
  const stockOf = async () => {
    questions += 1;
    const query = `query S${questions}($id: ID!) { product(id: $id) { stock } }`;
    return (await shop.guest.data<{ product: { stock: number } }>(query, { id })).product.stock;
  };
  const before = await stockOf();
  const adjust = `mutation ($id: ID!) { adjustStock(input: { productId: $id, delta: 3 }) { product { stock } } }`;
  expect(await staff.data(adjust, { id })).toEqual({ adjustStock: { product: { stock: before + 3 } } });
  expect(await stockOf()).toBe(before + 3);
});

test('a product that was not there is found when it has come', async () => {
  const key = 900_001;
  await vi.waitFor(async () => {
    await shop.dataSource.query('DELETE FROM products WHERE id = $1', [key]);
    await readBy(shop, [key], 'name');
    expect(await readBy(shop, [key], 'sku')).toEqual({});
    await shop.dataSource.query(
      `INSERT INTO products (id, sku, name, description, category_id, price_minor, currency)
       OVERRIDING SYSTEM VALUE SELECT $1, 'NEW-1', 'New', '', category_id, 100, currency FROM products WHERE id = 1`,
      [key],
    );
    expect(await readBy(shop, [key], 'sku name')).toEqual({ products: [String(key)] });
  }, patiently);
});
