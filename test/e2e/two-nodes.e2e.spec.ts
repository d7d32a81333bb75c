/** Two nodes on one database and one Redis are one shop: what is changed on either is heard on both, in order, once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { buy, makeBuyer, makeProduct } from '../support/buyers.js';
import { dropDatabase } from '../support/database.js';
import { GraphqlClient } from '../support/graphql-client.js';
import { BusListeners, liveClient, Listening } from '../support/live-client.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { createSeededDatabase } from '../support/database.js';

const secret = 'the same secret on every node of the shop';

let databaseUrl: string;
let here: RunningApp;
let there: RunningApp;

beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  const node = () => startApp({ databaseUrl, env: { JWT_SECRET: secret } });
  [here, there] = [await node(), await node()];
});

afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await dropDatabase(databaseUrl);
});

const adjust =
  'mutation ($id: ID!, $delta: Int!) { adjustStock(input: { productId: $id, delta: $delta }) { product { id } } }';

test('changes on both nodes reach the subscribers of both, in order, each once', async () => {
  const lamp = await makeProduct(here, { available: 0 });
  const staffHere = await signInAs(here, 'staff');
  const staffThere = new GraphqlClient(there.url, staffHere.accessToken);
  const listeners = [new BusListeners(here), new BusListeners(there)];
  const clients = [liveClient(here.guest), liveClient(there.guest)];
  const query =
    'subscription ($ids: [ID!]!) { stockChanged(productIds: $ids) { available product { stock } } }';
  const listening = clients.map(
    (client) => new Listening<{ stockChanged: { available: number } }>(client, query, { ids: [lamp] }),
  );
  await Promise.all(listeners.map((each) => each.reach(1)));

  for (let at = 0; at < 30; at += 1)
    await (at % 2 === 0 ? staffHere : staffThere).data(adjust, { id: lamp, delta: 1 });
  // At once, so that both nodes relay at the same time.
  await Promise.all(
    Array.from({ length: 30 }, (_, at) =>
      (at % 2 === 0 ? staffHere : staffThere).data(adjust, { id: lamp, delta: 1 }),
    ),
  );

  for (const each of listening) {
    const levels = (await each.first(60)).map(({ stockChanged }) => stockChanged.available);
    // A level is read when its event arrives, so it may be ahead of the event but never behind an earlier one.
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(levels.at(-1)).toBe(60);
    expect(each.received).toHaveLength(60);
  }
  for (const client of clients) await client.dispose();
});

test('a notification is written once and told where its customer is', async () => {
  const buyer = await makeBuyer(here);
  const elsewhere = new GraphqlClient(there.url, buyer.client.accessToken);
  const listeners = new BusListeners(there);
  const client = liveClient(elsewhere);
  const listening = new Listening<{ notificationReceived: { kind: string } }>(
    client,
    'subscription { notificationReceived { kind } }',
  );
  await listeners.reach(1);
  await buy(buyer, await makeProduct(here));
  await buy({ ...buyer, client: elsewhere }, await makeProduct(here));
  expect(await listening.first(2)).toEqual([
    { notificationReceived: { kind: 'order.placed' } },
    { notificationReceived: { kind: 'order.placed' } },
  ]);
  const { notifications } = await buyer.client.data<{ notifications: { totalCount: number } }>(
    '{ notifications { totalCount } }',
  );
  expect(notifications.totalCount).toBe(2);
  await client.dispose();
});

test('a cursor of one node is good on the other, and so is a sign-in', async () => {
  const page =
    'query ($after: String) { products(first: 3, after: $after) { nodes { sku } pageInfo { endCursor } } }';
  const { products } = await here.guest.data<{ products: { pageInfo: { endCursor: string } } }>(page);
  const after = products.pageInfo.endCursor;
  expect(await there.guest.data(page, { after })).toEqual(await here.guest.data(page, { after }));
  const { client } = await makeBuyer(here);
  expect(await new GraphqlClient(there.url, client.accessToken).data('{ me { name } }')).toEqual(
    await client.data('{ me { name } }'),
  );
});

test('guesses of a password are counted on all nodes together', async () => {
  const signIn =
    'mutation ($email: String!) { signIn(input: { email: $email, password: "guess" }) { accessToken } }';
  const email = `guessed-${Date.now()}@example.com`;
  const codes: unknown[] = [];
  for (let at = 0; at < 12; at += 1)
    codes.push(await (at % 2 === 0 ? here : there).guest.errorCode(signIn, { email }));
  expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
  expect(codes.slice(-2)).toEqual(['TOO_MANY_REQUESTS', 'TOO_MANY_REQUESTS']);
});
