/** Whatever is sent, the answer is a refusal that says why, and the next one is served as if nothing had been. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/start-app.js';
import { byteAttacks } from './attacks.bytes.js';
import { fieldAttacks } from './attacks.fields.js';
import { attacks } from './attacks.http.js';
import { codeOf, errorsOf, postJson, send, sendBytes } from './http.requests.js';

/** Words that only the inside knows. */
const inside = /node_modules|\.[jt]s:\d|QueryFailed|syntax error at|SELECT |INTERNAL_SERVER_ERROR|went wrong/;

/** Without JSON's escapes, so that the table can quote what people read. */
const readable = (text: string) => text.replaceAll('\\"', '"').slice(0, 2_000);

let app: RunningApp;
let cursor: string;
beforeAll(async () => {
  app = await startApp({ env: { NODE_ENV: 'production' } });
  const { products } = await app.guest.data<{ products: { pageInfo: { endCursor: string } } }>(
    '{ products(first: 2) { pageInfo { endCursor } } }',
  );
  cursor = products.pageInfo.endCursor;
});
// Fails the attack's own test when the process does not answer any more.
afterEach(async () => {
  await app.guest.data('{ products(first: 1) { nodes { id } } }');
});
afterAll(() => app.stop());

it('has more than a hundred requests of different kinds', () => {
  expect(attacks.length).toBeGreaterThan(100);
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
});

describe('a request is refused with a clear message:', () => {
  it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
    const answer = await send(app.url, attack);
    expect({ status: answer.status, text: readable(answer.text) }).toEqual({
      status: attack.status,
      text: expect.stringMatching(attack.says) as string,
    });
    expect(answer.text).not.toMatch(inside);
  });
});

describe('bytes are refused, and nothing behind them is taken for a second request:', () => {
  it.each(byteAttacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
    const answer = await sendBytes(app.url, attack.bytes);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
    expect({ statuses, answer }).toEqual({ statuses: [attack.status], answer: expect.any(String) as string });
    expect(answer).not.toMatch(inside);
  });
});

describe('a field answers with a code, and the operation with 200:', () => {
  const names = fieldAttacks('').map(({ name }) => name);

  it.each(names)('%s', async (name) => {
    const attack = fieldAttacks(cursor).find((candidate) => candidate.name === name);
    const answer = await postJson(app.url, { query: attack?.query, variables: attack?.variables });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 200, code: attack?.code });
    expect(errorsOf(answer)[0]?.message.length).toBeGreaterThan(10);
    expect(answer.text).not.toMatch(inside);
  });
});
