/** Who may do what: every operation and every guarded field, tried by everybody, out of the schema itself. */
import { ModulesContainer } from '@nestjs/core';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declaredRole } from '../../apps/api/src/access/access.guard.js';
import { hasRole, type Viewer } from '../../apps/api/src/access/viewer.js';
import { signInAs, signUp } from '../support/accounts.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { Listening, liveClient } from '../support/live-client.js';
import { readSchema } from '../support/schema.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

type Least = Viewer['role'];
type Operation = 'Query' | 'Mutation' | 'Subscription';

/** The whole of it, written down once by hand: a new operation is not open to anybody before it stands here. */
const leastRoles: Readonly<Record<Operation, Readonly<Record<string, Least>>>> = {
  Query: {
    node: 'anonymous',
    nodes: 'anonymous',
    product: 'anonymous',
    products: 'anonymous',
    search: 'anonymous',
    categories: 'anonymous',
    category: 'anonymous',
    me: 'anonymous',
    cart: 'customer',
    order: 'customer',
    myOrders: 'customer',
    notifications: 'customer',
  },
  Mutation: {
    signUp: 'anonymous',
    signIn: 'anonymous',
    refreshToken: 'anonymous',
    signOut: 'anonymous',
    trackEvents: 'anonymous',
    addToCart: 'customer',
    updateCartLine: 'customer',
    removeCartLine: 'customer',
    placeOrder: 'customer',
    cancelOrder: 'customer',
    addReview: 'customer',
    markNotificationsRead: 'customer',
    updateProduct: 'staff',
    adjustStock: 'staff',
    updateOrderStatus: 'staff',
  },
  Subscription: {
    productChanged: 'anonymous',
    stockChanged: 'anonymous',
    priceChanged: 'anonymous',
    reviewAdded: 'anonymous',
    orderStatusChanged: 'customer',
    notificationReceived: 'customer',
  },
};

/** What somebody does for himself: the administrator's token stands for no customer. */
const ownAffairs = new Set([
  'cart',
  'myOrders',
  'notifications',
  'addToCart',
  'updateCartLine',
  'removeCartLine',
  'placeOrder',
  'addReview',
  'markNotificationsRead',
  'notificationReceived',
]);

const adminToken = 'an administrator’s token of 32 characters'.replace(/[^\w]/g, '-');
const viewers = ['anonymous', 'customer', 'staff', 'admin', 'ADMIN_TOKEN'] as const;
type ViewerName = (typeof viewers)[number];

let shop: RunningApp;
let schema: GraphQLSchema;
let clients: Readonly<Record<ViewerName, GraphqlClient>>;

beforeAll(async () => {
  shop = await startApp({ env: { ADMIN_TOKEN: adminToken } });
  schema = await readSchema(shop.guest);
  clients = {
    anonymous: shop.guest,
    customer: (await signUp(shop)).client,
    staff: await signInAs(shop, 'staff'),
    admin: await signInAs(shop, 'admin'),
    ADMIN_TOKEN: shop.guest.as(adminToken),
  };
});

afterAll(async () => shop.stop());

const roleOf = (viewer: ViewerName): Least => (viewer === 'ADMIN_TOKEN' ? 'admin' : viewer);

/** The refusal that a viewer must get before anything else is looked at; undefined when he may go on. */
function expectedRefusal(viewer: ViewerName, field: string, least: Least): string | undefined {
  if (!hasRole({ role: roleOf(viewer) }, least))
    return viewer === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
  return viewer === 'ADMIN_TOKEN' && ownAffairs.has(field) ? 'FORBIDDEN' : undefined;
}

/** Something of the type that passes validation, and then leads nowhere. */
function valueFor(type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [valueFor(nullable.ofType)];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  if (isInputObjectType(nullable)) {
    const required = Object.values(nullable.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, valueFor(field.type)]));
  }
  const samples: Readonly<Record<string, unknown>> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2026-01-01T00:00:00Z',
  };
  return samples[nullable.name] ?? 'x';
}

function documentFor(operation: Operation, field: GraphQLField<unknown, unknown>) {
  const required = field.args.filter(isRequiredArgument);
  const declared = required.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = required.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  const query = `${operation.toLowerCase()} ${declared === '' ? '' : `(${declared})`} { ${field.name}${passed === '' ? '' : `(${passed})`} ${selection} }`;
  return { query, variables: Object.fromEntries(required.map(({ name, type }) => [name, valueFor(type)])) };
}

function fieldsOf(operation: Operation): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(operation);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

const isGuardsText = (message: string | undefined) => message?.startsWith('This needs ') === true;

describe('declared roles', () => {
  /** All methods of all providers that answer a root field, by what they answer. */
  function rootHandlers(): {
    readonly operation: string;
    readonly field: string;
    readonly handler: object;
  }[] {
    const providers = [...shop.app.get(ModulesContainer).values()].flatMap((module) => [
      ...module.providers.values(),
    ]);
    const prototypes = new Set(
      providers
        .map(({ instance }) => instance as object | undefined)
        .filter((instance) => typeof instance === 'object' && instance !== null)
        .map((instance) => Object.getPrototypeOf(instance) as object),
    );
    return [...prototypes].flatMap((prototype) =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) => {
        if (typeof value !== 'function') return [];
        const operation = Reflect.getMetadata('graphql:resolver_type', value) as string | undefined;
        if (operation === undefined || !(operation in leastRoles)) return [];
        const field = (Reflect.getMetadata('graphql:resolver_name', value) as string | undefined) ?? name;
        return [{ operation, field, handler: value as object }];
      }),
    );
  }

  test('every operation of the schema declares its least role, and it is the one written down here', () => {
    const declared: Record<string, Record<string, Least | undefined>> = {
      Query: {},
      Mutation: {},
      Subscription: {},
    };
    for (const { operation, field, handler } of rootHandlers()) {
      const roles = declared[operation];
      if (roles !== undefined) roles[field] = declaredRole(handler);
    }
    expect(declared).toEqual(leastRoles);
  });

  test.each(Object.keys(leastRoles) as Operation[])(
    'every %s field of the schema is written down here',
    (operation) => {
      const names = fieldsOf(operation).map(({ name }) => name);
      expect(names.toSorted()).toEqual(Object.keys(leastRoles[operation]).toSorted());
    },
  );
});

describe.each(viewers)('%s', (viewer) => {
  test.each(['Query', 'Mutation'] as const)(
    'is let in to what his role may do and to nothing else: %s',
    async (operation) => {
      for (const field of fieldsOf(operation)) {
        const { query, variables } = documentFor(operation, field);
        const { errors } = await clients[viewer].ask(query, variables);
        const expected = expectedRefusal(viewer, field.name, leastRoles[operation][field.name] ?? 'admin');
        const refusal = isGuardsText(errors?.[0]?.message) ? errors?.[0]?.extensions?.['code'] : undefined;
        expect({ field: field.name, refusal }).toEqual({ field: field.name, refusal: expected });
        expect(errors?.map(({ extensions }) => extensions?.['code']) ?? []).not.toContain(
          'INTERNAL_SERVER_ERROR',
        );
      }
    },
  );

  test('is let in to what his role may do and to nothing else: Subscription', async () => {
    const client: Client = liveClient(clients[viewer]);
    for (const field of fieldsOf('Subscription')) {
      const { query, variables } = documentFor('Subscription', field);
      const listening = new Listening(client, query, variables);
      // By the time that a later question on the same socket is answered, this one has been refused, if it is.
      await new Listening(client, '{ products(first: 1) { totalCount } }').first(1);
      const [error] = listening.errors;
      const expected = expectedRefusal(viewer, field.name, leastRoles.Subscription[field.name] ?? 'admin');
      const refusal = isGuardsText(error?.message) ? error?.extensions?.['code'] : undefined;
      expect({ field: field.name, refusal }).toEqual({ field: field.name, refusal: expected });
      expect(error?.extensions?.['code']).not.toBe('INTERNAL_SERVER_ERROR');
      listening.stop();
    }
    await client.dispose();
  });

  test('sees what a product costs the shop only as its staff', async () => {
    const { data, errors } = await clients[viewer].ask<{
      products: { nodes: { sku: string; cost: string | null }[] };
    }>('{ products(first: 1) { nodes { sku cost } } }');
    const isStaff = hasRole({ role: roleOf(viewer) }, 'staff');
    expect(errors?.[0]?.extensions?.['code']).toBe(
      isStaff ? undefined : viewer === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN',
    );
    expect(data?.products.nodes[0]?.sku).toEqual(expect.any(String));
    if (!isStaff) expect(data?.products.nodes[0]?.cost).toBeNull();
  });
});

describe('private parts of what is public', () => {
  test('a review tells its author’s name, and no more of him to anybody', () => {
    const review = schema.getType('Review');
    expect(isObjectType(review) && Object.keys(review.getFields()).toSorted()).toEqual([
      'authorName',
      'body',
      'createdAt',
      'id',
      'product',
      'rating',
      'title',
    ]);
  });

  test('what an order line earned is for staff: the customer reads all of his order but that', async () => {
    const [line] = await shop.dataSource.query<{ id: string; email: string }[]>(
      `SELECT l.id::text, c.email FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN customers c ON c.id = o.customer_id
        WHERE l.profit IS NOT NULL ORDER BY l.id LIMIT 1`,
    );
    const owner = await signInAs(shop, 'customer', line?.email);
    const query = 'query ($id: ID!) { node(id: $id) { ... on OrderLine { quantity profit } } }';
    const variables = { id: Buffer.from(`OrderLine:${line?.id}`).toString('base64url') };
    const own = await owner.ask<{ node: { quantity: number; profit: string | null } }>(query, variables);
    expect(own.data?.node).toMatchObject({ quantity: expect.any(Number), profit: null });
    expect(own.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
    const staff = await clients.staff.data<{ node: { profit: string } }>(query, variables);
    expect(staff.node.profit).toMatch(/^-?\d+(\.\d+)?$/);
  });
});
