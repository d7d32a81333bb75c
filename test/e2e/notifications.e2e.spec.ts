/** Notifications: exactly one for each thing that happens to an order, kept until they are read. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { buy, makeBuyer, makeBuyers, makeProduct, type Buyer } from '../support/buyers.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { patiently } from '../support/patiently.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface Notification {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly readAt: string | null;
}

let shop: RunningApp;
let staff: GraphqlClient;
let buyer: Buyer;
let lamp: string;

beforeAll(async () => {
  shop = await startApp();
  staff = await signInAs(shop, 'staff');
  lamp = await makeProduct(shop, { available: 1_000 });
});

beforeEach(async () => {
  buyer = await makeBuyer(shop);
});

afterAll(async () => shop.stop());

async function read(client: GraphqlClient, unreadOnly = false): Promise<Notification[]> {
  const { notifications } = await client.data<{
    notifications: { nodes: Notification[]; totalCount: number };
  }>(
    'query ($unreadOnly: Boolean) { notifications(unreadOnly: $unreadOnly) { totalCount nodes { id kind title readAt } } }',
    { unreadOnly },
  );
  expect(notifications.totalCount).toBe(notifications.nodes.length);
  return notifications.nodes;
}

async function arrived(client: GraphqlClient, count: number): Promise<Notification[]> {
  return vi.waitFor(async () => {
    const nodes = await read(client);
    if (nodes.length < count) throw new Error(`${nodes.length} of ${count} notifications have come.`);
    return nodes;
  }, patiently);
}

/** Every event so far has been consumed once this one's notification is there, because they are consumed in order. */
async function settled(): Promise<void> {
  const marker = await makeBuyer(shop);
  await buy(marker, lamp);
  await arrived(marker.client, 1);
}

const markRead = 'mutation ($ids: [ID!]) { markNotificationsRead(input: { ids: $ids }) { markedCount } }';

test('each step of an order brings one notification, newest first', async () => {
  const order = await buy(buyer, lamp);
  const step = (status: string) =>
    staff.data(
      'mutation ($id: ID!, $status: OrderProgress!) { updateOrderStatus(input: { orderId: $id, status: $status }) { order { id } } }',
      { id: order.id, status },
    );
  await step('SHIPPED');
  await step('SHIPPED');
  await step('DELIVERED');
  await settled();
  const notifications = await read(buyer.client);
  expect(notifications.map(({ kind }) => kind)).toEqual(['order.delivered', 'order.shipped', 'order.placed']);
  for (const { title } of notifications) expect(title).toContain(order.number);
});

test('a cancelled order brings one, however often cancelling was asked for', async () => {
  const order = await buy(buyer, lamp);
  const cancel = () =>
    buyer.client.data('mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { order { id } } }', {
      id: order.id,
    });
  await Promise.all([cancel(), cancel(), cancel()]);
  await settled();
  expect((await read(buyer.client)).map(({ kind }) => kind)).toEqual(['order.cancelled', 'order.placed']);
});

test('forty orders at once bring forty notifications, one each', async () => {
  const buyers = await makeBuyers(shop, 40);
  await Promise.all(buyers.map((each) => buy(each, lamp)));
  await settled();
  for (const each of buyers) expect(await read(each.client)).toHaveLength(1);
});

test('they are read one by one or all together, and counted once', async () => {
  for (let at = 0; at < 3; at += 1) await buy(buyer, lamp);
  const [first] = await arrived(buyer.client, 3);
  expect(await buyer.client.data(markRead, { ids: [first?.id] })).toEqual({
    markNotificationsRead: { markedCount: 1 },
  });
  expect(await buyer.client.data(markRead, { ids: [first?.id] })).toEqual({
    markNotificationsRead: { markedCount: 0 },
  });
  expect((await read(buyer.client, true)).map(({ id }) => id)).not.toContain(first?.id);
  expect(await read(buyer.client, true)).toHaveLength(2);
  expect(await buyer.client.data(markRead, { ids: [] })).toEqual({
    markNotificationsRead: { markedCount: 0 },
  });
  expect(await buyer.client.data(markRead)).toEqual({ markNotificationsRead: { markedCount: 2 } });
  expect(await read(buyer.client, true)).toEqual([]);
  for (const { readAt } of await read(buyer.client)) expect(readAt).not.toBeNull();
});

test('nobody marks another’s', async () => {
  await buy(buyer, lamp);
  const [own] = await arrived(buyer.client, 1);
  const stranger = await makeBuyer(shop);
  expect(await stranger.client.data(markRead, { ids: [own?.id] })).toEqual({
    markNotificationsRead: { markedCount: 0 },
  });
  expect(await stranger.client.data(markRead)).toEqual({ markNotificationsRead: { markedCount: 0 } });
  expect(await read(buyer.client, true)).toHaveLength(1);
});

test.each([
  ['ids of something else', ['x']],
  ['more than 500 ids', Array.from({ length: 501 }, () => 'x')],
])('%s are refused', async (_name, ids) => {
  expect(await buyer.client.errorCode(markRead, { ids })).toBe('BAD_USER_INPUT');
});

test('an event about an order that is gone by now holds up none behind it', async () => {
  const reader = await makeBuyer(shop);
  const announce = async (orderId: string, customerId: string, status: string) =>
    shop.dataSource.query(
      `INSERT INTO outbox (topic, aggregate, payload) VALUES ('order.placed', 'order:' || $1, $2)`,
      [orderId, JSON.stringify({ orderId, customerId, number: 'GONE-1', status })],
    );
  await announce('999999999', reader.customerKey, 'PLACED');
  await announce('999999999', '999999999', 'PLACED');
  await announce('1', reader.customerKey, 'A_STATUS_OF_TOMORROW');
  await announce('1', reader.customerKey, 'SHIPPED');
  const kinds = async () =>
    shop.dataSource.query('SELECT kind FROM notifications WHERE customer_id = $1', [reader.customerKey]);
  await vi.waitFor(async () => expect(await kinds()).toEqual([{ kind: 'order.shipped' }]), patiently);
});
