/** Relay's rules: every connection has the same shape, every node is found again by its id, and only by whom it concerns. */
import { getNamedType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signInAs, signUp, type SignedUp } from '../support/accounts.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { patiently } from '../support/patiently.js';
import { leafFieldsOf, objectTypes, readSchema } from '../support/schema.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

const nodeTypes = [
  'Cart',
  'CartLine',
  'Category',
  'Customer',
  'CustomerAddress',
  'Notification',
  'Order',
  'OrderLine',
  'Product',
  'Review',
] as const;
const publicTypes = new Set<string>(['Category', 'Product', 'Review']);

let shop: RunningApp;
let schema: GraphQLSchema;
let staff: GraphqlClient;
let buyer: SignedUp;
let stranger: SignedUp;
/** An id of each node type; the private ones are the buyer's. */
let ids: Record<string, string>;

/** Buys something and puts something else into the cart, so that every kind of node is there. */
async function makeNodes(): Promise<Record<string, string>> {
  const address = { city: 'Henderson', country: 'United States' };
  const { products } = await shop.guest.data<{
    products: { nodes: { id: string; category: { id: string } }[] };
  }>(`{ products(first: 2, filter: { inStock: true }) { nodes { id category { id } } } }`);
  const [product] = products.nodes;
  const add = `mutation ($id: ID!) { addToCart(input: { productId: $id }) { cart { id lines { id } } } }`;
  await buyer.client.data(add, { id: product?.id });
  const { placeOrder } = await buyer.client.data<{
    placeOrder: { order: { id: string; lines: { id: string }[] } };
  }>(`mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id lines { id } } } }`, {
    input: { idempotencyKey: 'nodes', shipTo: { address } },
  });
  const { addToCart } = await buyer.client.data<{
    addToCart: { cart: { id: string; lines: { id: string }[] } };
  }>(add, { id: product?.id });
  const { addReview } = await buyer.client.data<{ addReview: { review: { id: string } } }>(
    `mutation ($id: ID!) { addReview(input: { productId: $id, rating: 4 }) { review { id } } }`,
    { id: product?.id },
  );
  await shop.dataSource.query(
    `INSERT INTO customer_addresses (customer_id, recipient, city, country)
     SELECT id, 'Ada', 'Henderson', 'United States' FROM customers WHERE email = $1`,
    [buyer.email],
  );
  const { me } = await buyer.client.data<{ me: { id: string; addresses: { id: string }[] } }>(
    `{ me { id addresses { id } } }`,
  );
  return {
    Product: product?.id ?? '',
    Category: product?.category.id ?? '',
    Order: placeOrder.order.id,
    OrderLine: placeOrder.order.lines[0]?.id ?? '',
    Cart: addToCart.cart.id,
    CartLine: addToCart.cart.lines[0]?.id ?? '',
    Review: addReview.review.id,
    Customer: me.id,
    CustomerAddress: me.addresses[0]?.id ?? '',
    Notification: await firstNotification(),
  };
}

/** Notifications follow their event, a moment later. */
async function firstNotification(): Promise<string> {
  return vi.waitFor(async () => {
    const { notifications } = await buyer.client.data<{ notifications: { nodes: { id: string }[] } }>(
      `{ notifications { nodes { id } } }`,
    );
    const [first] = notifications.nodes;
    if (first === undefined) throw new Error('No notification has come.');
    return first.id;
  }, patiently);
}

beforeAll(async () => {
  shop = await startApp();
  schema = await readSchema(shop.guest);
  staff = await signInAs(shop, 'staff');
  buyer = await signUp(shop);
  stranger = await signUp(shop);
  ids = await makeNodes();
});

afterAll(async () => shop.stop());

const typesOf = (fields: Readonly<Record<string, { readonly type: unknown }>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, String(type)]));

describe('the shape of the schema', () => {
  test('every connection type has edges of cursor and node, nodes, pageInfo and totalCount', () => {
    const connections = objectTypes(schema).filter(({ name }) => name.endsWith('Connection'));
    expect(connections.map(({ name }) => name).toSorted()).toEqual([
      'NotificationConnection',
      'OrderConnection',
      'ProductConnection',
      'ReviewConnection',
    ]);
    for (const connection of connections) {
      const node = connection.name.replace(/Connection$/, '');
      expect(typesOf(connection.getFields())).toEqual({
        edges: `[${node}Edge!]!`,
        nodes: `[${node}!]!`,
        pageInfo: 'PageInfo!',
        totalCount: 'Int!',
      });
      const edge = schema.getType(`${node}Edge`);
      if (!isObjectType(edge)) throw new Error(`${node}Edge is missing.`);
      expect(typesOf(edge.getFields())).toEqual({ cursor: 'String!', node: `${node}!` });
    }
  });

  test('PageInfo is that of the specification', () => {
    const pageInfo = schema.getType('PageInfo');
    if (!isObjectType(pageInfo)) throw new Error('PageInfo is missing.');
    expect(typesOf(pageInfo.getFields())).toEqual({
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
      endCursor: 'String',
    });
  });

  test('every field that answers a connection takes first, after, last and before', () => {
    const fields = objectTypes(schema)
      .flatMap((type) => Object.values(type.getFields()))
      .filter(({ type }) => getNamedType(type).name.endsWith('Connection'));
    expect(fields.map(({ name }) => name).toSorted()).toEqual([
      'myOrders',
      'notifications',
      'products',
      'products',
      'reviews',
      'search',
    ]);
    for (const { args } of fields) {
      const types = Object.fromEntries(args.map(({ name, type }) => [name, String(type)]));
      expect(types).toMatchObject({ first: 'Int', after: 'String', last: 'Int', before: 'String' });
    }
  });

  test('Node has an id, and everything with a global id implements it', () => {
    const node = schema.getType('Node');
    if (!isInterfaceType(node)) throw new Error('Node is missing.');
    expect(typesOf(node.getFields())).toEqual({ id: 'ID!' });
    const withId = objectTypes(schema).filter((type) => type.getFields()['id'] !== undefined);
    const implementers = schema.getPossibleTypes(node);
    expect(implementers.map(({ name }) => name).toSorted()).toEqual([...nodeTypes]);
    expect(withId.map(({ name }) => name).toSorted()).toEqual([...nodeTypes]);
    const { node: one, nodes: many } = schema.getQueryType()?.getFields() ?? {};
    expect([String(one?.type), String(one?.args[0]?.type)]).toEqual(['Node', 'ID!']);
    expect([String(many?.type), String(many?.args[0]?.type)]).toEqual(['[Node]!', '[ID!]!']);
  });

  test('every mutation takes one input, optionally with a clientMutationId that comes back', async () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    for (const { args, type } of mutations) {
      expect(args.map(({ name, type: argument }) => `${name} ${String(argument).endsWith('!')}`)).toEqual([
        'input true',
      ]);
      const payload = getNamedType(type);
      expect(isObjectType(payload) && payload.getFields()['clientMutationId']).toBeTruthy();
    }
    const { markNotificationsRead } = await stranger.client.data<{
      markNotificationsRead: { clientMutationId: string };
    }>(`mutation { markNotificationsRead(input: { clientMutationId: "7" }) { clientMutationId } }`);
    expect(markNotificationsRead.clientMutationId).toBe('7');
  });

  test('everything that a client may use says what it is', () => {
    const undocumented = objectTypes(schema)
      .filter(({ name }) => ['Query', 'Mutation', 'Subscription'].includes(name))
      .flatMap((type) => Object.values(type.getFields()))
      .filter(({ description }) => (description ?? '') === '');
    expect(undocumented.map(({ name }) => name)).toEqual([]);
  });
});

const spelt = (text: string) => Buffer.from(text).toString('base64url');

const many = (count: number) => ({ ids: Array.from({ length: count }, () => ids['Product']) });

describe('finding nodes again', () => {
  /** Fields that only staff may read are asked for by staff alone. */
  const staffFields = new Set(['cost', 'profit']);

  test.each(nodeTypes)('a %s is found by its id, with the same fields', async (type) => {
    const definition = schema.getType(type);
    if (!isObjectType(definition)) throw new Error(`${type} is missing.`);
    const fields = leafFieldsOf(definition).filter((name) => !staffFields.has(name));
    const query = `query ($id: ID!) { node(id: $id) { __typename id ... on ${type} { ${fields.join(' ')} } } }`;
    const { node } = await buyer.client.data<{ node: Record<string, unknown> }>(query, { id: ids[type] });
    expect(node).toMatchObject({ __typename: type, id: ids[type] });
    expect(Object.keys(node)).toEqual(expect.arrayContaining(fields));
  });

  test('a node and the same object in a list are equal field by field', async () => {
    const fields =
      'id sku name price { amount } category { name } stock images { url } ratingAverage createdAt';
    const { products } = await shop.guest.data<{ products: { nodes: { id: string }[] } }>(
      `{ products(first: 5, sort: NAME_ASC) { nodes { ${fields} } } }`,
    );
    const { nodes } = await shop.guest.data<{ nodes: unknown[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { ${fields} } } }`,
      { ids: products.nodes.map(({ id }) => id) },
    );
    expect(nodes).toEqual(products.nodes);
  });

  test('ids are opaque, stable and unique over all types', async () => {
    expect(new Set(Object.values(ids)).size).toBe(nodeTypes.length);
    for (const id of Object.values(ids)) expect(id).toMatch(/^[\w-]+$/);
  });

  const nodeQuery = 'query ($id: ID!) { node(id: $id) { __typename id } }';

  test.each(nodeTypes.filter((type) => !publicTypes.has(type)))(
    'a %s is NOT_FOUND for strangers and for nobody, as if it did not exist',
    async (type) => {
      for (const client of [shop.guest, stranger.client]) {
        const refused = await client.ask(nodeQuery, { id: ids[type] });
        expect(refused.data).toEqual({ node: null });
        expect(refused.errors?.[0]?.extensions?.['code']).toBe('NOT_FOUND');
        const missing = await client.ask(nodeQuery, {
          id: Buffer.from(`${type}:987654321`).toString('base64url'),
        });
        expect(missing.errors?.[0]?.message).toBe(refused.errors?.[0]?.message);
        expect(missing.errors?.[0]?.extensions).toEqual(refused.errors?.[0]?.extensions);
      }
    },
  );

  test.each([...publicTypes])('a %s is everybody’s', async (type) => {
    const { node } = await shop.guest.data<{ node: unknown }>(nodeQuery, { id: ids[type] });
    expect(node).toEqual({ __typename: type, id: ids[type] });
  });

  test('staff may read what belongs to customers, but not their notifications', async () => {
    for (const type of ['Order', 'OrderLine', 'Customer', 'CustomerAddress', 'Cart', 'CartLine']) {
      const { node } = await staff.data<{ node: unknown }>(nodeQuery, { id: ids[type] });
      expect(node).toEqual({ __typename: type, id: ids[type] });
    }
    expect(await staff.errorCode(nodeQuery, { id: ids['Notification'] })).toBe('NOT_FOUND');
  });

  test('what is no id at all is null without an error', async () => {
    const garbage = [
      '',
      'x',
      '42',
      '💥',
      '\u0000',
      'a'.repeat(10_000),
      spelt('Product:0'),
      spelt('Product:-1'),
      spelt('Product:1.5'),
      spelt('Product:01'),
      spelt('Product:99999999999999999999'),
      spelt('Product:1; DROP TABLE products'),
      spelt('Nonsense:1'),
      spelt('__proto__:1'),
      `${ids['Product']}=`,
      ` ${ids['Product']}`,
      Buffer.from('Product:1').toString('base64').padEnd(16, '='),
    ];
    for (const id of garbage) {
      const { data, errors } = await shop.guest.ask(nodeQuery, { id });
      expect({ id, data, errors }).toEqual({ id, data: { node: null }, errors: undefined });
    }
  });

  test('a list of mixed ids answers each in its place: found, missing, refused', async () => {
    const { data, errors } = await stranger.client.ask<{ nodes: unknown[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }',
      { ids: [ids['Product'], 'garbage', ids['Order'], stranger.customerId, ids['Review'], ids['Product']] },
    );
    expect(data?.nodes).toEqual([
      { __typename: 'Product' },
      null,
      null,
      { __typename: 'Customer' },
      { __typename: 'Review' },
      { __typename: 'Product' },
    ]);
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['nodes', 2], 'NOT_FOUND'],
    ]);
  });

  test('more than a hundred ids at once are refused', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(await shop.guest.errorCode(query, many(100))).toBeUndefined();
    expect(await shop.guest.errorCode(query, many(101))).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['product', 'query ($id: ID!) { product(id: $id) { id } }', 'Category'],
    ['category', 'query ($id: ID!) { category(id: $id) { id } }', 'Product'],
    ['order', 'query ($id: ID!) { order(id: $id) { id } }', 'Product'],
  ])('%s refuses an id of another type', async (_name, query, type) => {
    expect(await buyer.client.errorCode(query, { id: ids[type] })).toBe('BAD_USER_INPUT');
  });
});
