/** A request takes no longer than it may, and leaves nothing running in PostgreSQL when it is over. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInAs } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { codeOf, json, postJson } from './http.requests.js';
import { Stranger } from './limits.stranger.js';

const adjustStock = `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { product { stock } } }`;

let databaseUrl: string;
let impatient: RunningApp;
let patient: RunningApp;
let stranger: Stranger;
let productId: string;
let staff: GraphqlClient;

beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  impatient = await startApp({ databaseUrl, env: { REQUEST_TIMEOUT_MS: '500' } });
  patient = await startApp({ databaseUrl, env: { REQUEST_TIMEOUT_MS: '60000' } });
  staff = await signInAs(impatient, 'staff');
  const { products } = await impatient.guest.data<{ products: { nodes: { id: string }[] } }>(
    '{ products(first: 1) { nodes { id } } }',
  );
  productId = products.nodes[0]?.id ?? '';
});
afterAll(async () => {
  await impatient.stop();
  await patient.stop();
  await dropDatabase(databaseUrl);
});

beforeEach(async () => {
  stranger = await Stranger.in(databaseUrl);
  await stranger.holdStock();
});
afterEach(async () => {
  await stranger.release();
  await stranger.leave();
});

const variables = (delta: number) => ({ input: { productId, delta } });

describe('a request whose time is up', () => {
  it('is answered with 504 and a code, and its statement is cancelled', async () => {
    const answer = await staff.ask(adjustStock, variables(5));
    expect({ status: answer.status, code: answer.errors?.[0]?.extensions?.['code'] }).toEqual({
      status: 504,
      code: 'REQUEST_ABORTED',
    });
    expect(await stranger.waiting()).toBe(0);
  });

  it('has changed nothing, and the next one finds a healthy connection', async () => {
    await staff.ask(adjustStock, variables(5));
    await stranger.release();
    const stockOf = async () =>
      (await staff.data<{ adjustStock: { product: { stock: number } } }>(adjustStock, variables(0)))
        .adjustStock.product.stock;
    const before = await stockOf();
    expect(await stockOf()).toBe(before);
    const [row] = await impatient.dataSource.query<{ available: number }[]>(
      'SELECT available FROM stock_levels WHERE product_id = $1',
      [Buffer.from(productId, 'base64url').toString().split(':')[1]],
    );
    expect(row?.available).toBe(before);
  });

  it('is answered with 504 when it only reads, too', async () => {
    const answer = await impatient.guest.ask('{ products(first: 1) { nodes { stock } } }');
    expect(answer.status).toBe(504);
    expect(await stranger.waiting()).toBe(0);
  });

  it('does not take the others down with it', async () => {
    const [late, prompt] = await Promise.all([
      staff.ask(adjustStock, variables(1)),
      staff.ask('{ products(first: 1) { nodes { id } } }'),
    ]);
    expect([late.status, prompt.status]).toEqual([504, 200]);
  });
});

describe('a request whose client has gone', () => {
  it('leaves no statement behind', async () => {
    const gone = new AbortController();
    const answer = fetch(`${patient.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ query: '{ products(first: 1) { nodes { stock } } }' }),
      signal: gone.signal,
    });
    const hangUp = stranger.untilWaiting(1).then(() => gone.abort());
    await expect(answer).rejects.toThrow(/abort/i);
    await hangUp;
    await stranger.untilWaiting(0);
  });
});

describe('a body that trickles in', () => {
  let socket: Socket;
  afterEach(() => socket.destroy());

  it('is given up with 408', async () => {
    const { hostname, port } = new URL(impatient.url);
    socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"que`,
    );
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('did not arrive in time');
  });
});

describe('within its time', () => {
  it('a request that waited for a lock succeeds', async () => {
    const patientStaff = await signInAs(patient, 'staff', 'patient@example.com');
    const answer = postJson(
      patient.url,
      { query: adjustStock, variables: variables(1) },
      {
        authorization: `Bearer ${patientStaff.accessToken}`,
      },
    );
    await stranger.untilWaiting(1);
    await stranger.release();
    expect(codeOf(await answer)).toBeUndefined();
  });
});
