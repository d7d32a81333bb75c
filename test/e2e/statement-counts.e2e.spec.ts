/**
 * No list makes N+1 queries: a page of fifty sends as many statements as a page of five. What changes at other times is read by
 * itself (stock, whether there is any, each level of categories), so that its changes end only answers that show it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';
import { statementsOf, watchStatements } from '../support/statement-count.js';

let shop: RunningApp;
/** A seeded customer with many orders and a cart. */
let customer: GraphqlClient;
let staff: GraphqlClient;

beforeAll(async () => {
  watchStatements();
  shop = await startApp({ env: { GRAPHQL_MAX_COST: '1000000' } });
  const [busiest] = await shop.dataSource.query<{ id: string; email: string }[]>(
    `SELECT id::text, email FROM customers
      WHERE id = (SELECT customer_id FROM orders GROUP BY customer_id ORDER BY count(*) DESC, customer_id LIMIT 1)`,
  );
  customer = await signInAs(shop, 'customer', busiest?.email);
  staff = await signInAs(shop, 'staff');
  // More of everything than a page holds.
  await shop.dataSource.query(
    `INSERT INTO orders (number, customer_id, status, recipient, city, country, total, total_minor)
     SELECT 'MANY-' || i, $1, 'PLACED', 'Ada', 'Henderson', 'United States', 1, 100 FROM generate_series(1, 60) AS i`,
    [busiest?.id],
  );
  await shop.dataSource.query(
    `INSERT INTO order_lines (order_id, line_number, product_id, product_name, quantity, unit_price, amount, amount_minor)
     SELECT o.id, n, p.id, p.name, 1, 1, 1, 100
       FROM orders o CROSS JOIN generate_series(1, 3) AS n
       JOIN products p ON p.id = (SELECT id FROM products ORDER BY id OFFSET (o.id * 3 + n) % 1800 LIMIT 1)
      WHERE o.number LIKE 'MANY-%'`,
  );
  await shop.dataSource.query(
    `INSERT INTO notifications (customer_id, kind, title) SELECT $1, 'order.placed', 'Many' FROM generate_series(1, 60)`,
    [busiest?.id],
  );
  await shop.dataSource.query('INSERT INTO carts (customer_id) VALUES ($1) ON CONFLICT DO NOTHING', [
    busiest?.id,
  ]);
  await shop.dataSource.query(
    `INSERT INTO cart_lines (cart_id, product_id, quantity)
     SELECT c.id, p.id, 1 FROM carts c CROSS JOIN (SELECT id FROM products ORDER BY id LIMIT 60) p WHERE c.customer_id = $1`,
    [busiest?.id],
  );
});

afterAll(async () => shop.stop());

const product = 'sku name price { amount } stock inStock category { name parent { name } } images { url }';
const reviews = 'reviews(first: 3) { totalCount nodes { rating authorName product { name } } }';
const page = 'pageInfo { hasNextPage endCursor } totalCount';

describe('a page of fifty sends as many statements as a page of five', () => {
  test.each([
    ['products', `products(first: $size) { ${page} nodes { sku name } }`, 2],
    [
      'products with all of their parts',
      `products(first: $size) { ${page} nodes { ${product} ${reviews} } }`,
      11,
    ],
    ['search', `search(query: "chair", first: $size) { ${page} nodes { ${product} ${reviews} } }`, 12],
    [
      'categories with their products',
      `categories { products(first: $size) { ${page} nodes { ${product} } } }`,
      9,
    ],
    [
      'sub-categories with their products',
      `categories { children { products(first: $size) { ${page} nodes { ${product} } } } }`,
      9,
    ],
    [
      'my orders',
      `myOrders(first: $size) { ${page} nodes { number lines { total { exact } product { ${product} } } } }`,
      9,
    ],
    [
      'my orders with their customer',
      `myOrders(first: $size) { nodes { customer { name cart { id } addresses { id } } } }`,
      6,
    ],
    ['notifications', `notifications(first: $size) { ${page} nodes { title } }`, 2],
  ])('%s', async (_name, selection, most) => {
    const query = `query ($size: Int) { ${selection} }`;
    const five = await statementsOf(customer, query, { size: 5 });
    const fifty = await statementsOf(customer, query, { size: 50 });
    expect(five.length).toBeGreaterThan(0);
    expect(fifty).toHaveLength(five.length);
    expect(five.length).toBeLessThanOrEqual(most);
  });

  test('the cart: sixty lines, four statements', async () => {
    const query = `{ cart { total { amount } lines { total { amount } product { stock category { name } } } } }`;
    expect((await statementsOf(customer, query)).length).toBeLessThanOrEqual(5);
  });

  test.each([
    ['Product', 'products', `... on Product { ${product} }`],
    ['Category', 'categories', '... on Category { name parent { name } children { name } }'],
    ['Review', 'reviews', '... on Review { authorName product { name } }'],
    ['Order', 'orders', '... on Order { lines { product { name } } customer { name } }'],
    ['OrderLine', 'order_lines', '... on OrderLine { product { name } }'],
    ['CartLine', 'cart_lines', '... on CartLine { product { name } }'],
    ['Customer', 'customers', '... on Customer { name cart { id } addresses { id } }'],
    ['Notification', "notifications WHERE title = 'Many'", '... on Notification { title }'],
  ])('nodes of %s', async (type, table, selection) => {
    const rows = await shop.dataSource.query<{ id: string }[]>(
      `SELECT id::text FROM ${table} ORDER BY id LIMIT 50`,
    );
    const ids = rows.map(({ id }) => Buffer.from(`${type}:${id}`).toString('base64url'));
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ${selection} } }`;
    const viewer = type === 'Notification' ? customer : staff;
    const few = await statementsOf(viewer, query, { ids: ids.slice(0, 5) });
    const many = await statementsOf(viewer, query, { ids });
    expect(ids.length).toBeGreaterThanOrEqual(17);
    // What is above one of them may be among the many already.
    expect(many.length).toBeLessThanOrEqual(few.length);
    expect(few.length).toBeLessThanOrEqual(6);
  });
});

describe('what is not selected is not read', () => {
  test('no count without totalCount, no stock without stock', async () => {
    const statements = await statementsOf(shop.guest, '{ products(first: 5) { nodes { name } } }');
    expect(statements).toHaveLength(1);
    expect(statements[0]).not.toMatch(/count\(|stock_levels|search_document/);
  });

  test('a list of ids alone reads the list alone', async () => {
    expect(await statementsOf(customer, '{ myOrders { edges { cursor node { id number } } } }')).toHaveLength(
      1,
    );
  });
});
