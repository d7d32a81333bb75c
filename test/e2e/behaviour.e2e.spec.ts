/** Behaviour events: taken in by the hundred, each once, by signed-in and unknown shoppers alike. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBuyer, makeProduct } from '../support/buyers.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

const mutation = `mutation ($events: [BehaviourEventInput!]!) { trackEvents(input: { events: $events }) { acceptedCount duplicateCount } }`;

let shop: RunningApp;

beforeAll(async () => {
  shop = await startApp();
});

afterAll(async () => shop.stop());

const event = (given: Record<string, unknown> = {}) => ({
  id: randomUUID(),
  type: 'page_view',
  sessionId: 'visit-1',
  occurredAt: '2026-05-04T10:20:30.123Z',
  ...given,
});

async function track(events: readonly object[], client: GraphqlClient = shop.guest) {
  const { trackEvents } = await client.data<{
    trackEvents: { acceptedCount: number; duplicateCount: number };
  }>(mutation, {
    events,
  });
  return trackEvents;
}

interface StoredEvent {
  readonly type: string;
  readonly session_id: string;
  readonly customer_id: string | null;
  readonly product_id: string | null;
  readonly properties: Record<string, string>;
  readonly occurred_at: Date;
}

async function stored(id: string): Promise<StoredEvent | undefined> {
  const [row] = await shop.dataSource.query<StoredEvent[]>(
    `SELECT type, session_id, customer_id::text, product_id::text, properties, occurred_at FROM behaviour_events WHERE id = $1`,
    [id],
  );
  return row;
}

test('an event is kept as it was told, with the customer when he is signed in', async () => {
  const productId = await makeProduct(shop);
  const buyer = await makeBuyer(shop);
  const viewed = event({
    type: 'product_view',
    productId,
    properties: [{ name: 'from', value: 'search "é💡"' }],
  });
  const seen = event();
  await track([viewed], buyer.client);
  await track([seen]);
  expect(await stored(viewed.id)).toEqual({
    type: 'product_view',
    session_id: 'visit-1',
    customer_id: buyer.customerKey,
    product_id: Buffer.from(productId, 'base64url').toString().split(':')[1],
    properties: { from: 'search "é💡"' },
    occurred_at: new Date('2026-05-04T10:20:30.123Z'),
  });
  expect(await stored(seen.id)).toMatchObject({ customer_id: null, product_id: null, properties: {} });
});

test('what is sent again counts once, within one request and over many', async () => {
  const events = [event(), event(), event()];
  expect(await track([...events, events[0] ?? {}])).toEqual({ acceptedCount: 3, duplicateCount: 1 });
  expect(await track([...events, event()])).toEqual({ acceptedCount: 1, duplicateCount: 3 });
  const upperCase = { ...event(), id: events[0]?.id.toUpperCase() };
  expect(await track([upperCase])).toEqual({ acceptedCount: 0, duplicateCount: 1 });
});

test('reports of the same events in other orders, at once, wait for one another', async () => {
  for (let round = 0; round < 4; round += 1) {
    const events = Array.from({ length: 300 }, () => event());
    const backwards = events.toReversed();
    const answers = await Promise.all([events, backwards, events, backwards].map((report) => track(report)));
    expect(answers.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0)).toBe(300);
  }
});

test('a product that there is not (any more) is left out of its event, which is kept', async () => {
  const gone = event({ productId: Buffer.from('Product:999999999').toString('base64url') });
  expect(await track([gone])).toEqual({ acceptedCount: 1, duplicateCount: 0 });
  expect(await stored(gone.id)).toMatchObject({ product_id: null });
});

test('five hundred go in at once, five hundred and one do not', async () => {
  expect(await track(Array.from({ length: 500 }, () => event()))).toEqual({
    acceptedCount: 500,
    duplicateCount: 0,
  });
  expect(await shop.guest.errorCode(mutation, { events: Array.from({ length: 501 }, () => event()) })).toBe(
    'BAD_USER_INPUT',
  );
  expect(await shop.guest.errorCode(mutation, { events: [] })).toBe('BAD_USER_INPUT');
});

describe('refused with all that came with it', () => {
  test.each([
    ['an id that is no UUID', { id: 'x' }],
    ['a session without a name', { sessionId: '' }],
    ['a session with a NUL', { sessionId: 'a\u0000' }],
    ['an endless session name', { sessionId: 'x'.repeat(101) }],
    ['a product id that is none', { productId: 'x' }],
    [
      '21 properties',
      { properties: Array.from({ length: 21 }, (_, at) => ({ name: `n${at}`, value: 'v' })) },
    ],
    ['an endless property', { properties: [{ name: 'n', value: 'x'.repeat(2_001) }] }],
    ['a property with a NUL', { properties: [{ name: 'n', value: '\u0000' }] }],
    ['half a character', { properties: [{ name: 'n', value: '\uD83D' }] }],
    ['an unknown type', { type: 'purchase_everything' }],
    ['a date that is none', { occurredAt: 'yesterday' }],
    ['a date without a year to speak of', { occurredAt: '+275760-09-13T00:00:00Z' }],
  ])('%s', async (_name, given) => {
    const good = event();
    expect(await shop.guest.errorCode(mutation, { events: [good, event(given)] })).toBe('BAD_USER_INPUT');
    expect(await stored(good.id)).toBeUndefined();
  });
});
