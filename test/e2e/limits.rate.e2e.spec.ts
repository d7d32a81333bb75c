/** Each client has its own allowance of requests a minute, whatever it claims to be. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signUp } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { Cable } from './http.cable.js';
import { codeOf, errorsOf, postJson, send, type RawAnswer } from './http.requests.js';

const allowance = 5;
const query = '{ __typename }';

/** An address that no other test of this Redis comes from. */
function freshAddress(): string {
  return ['10', ...Array.from({ length: 3 }, () => randomInt(1, 255))].join('.');
}

async function ask(app: RunningApp, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  return postJson(app.url, { query }, headers);
}

async function exhaust(app: RunningApp, headers: Readonly<Record<string, string>>): Promise<void> {
  for (let i = 0; i < allowance; i += 1) expect((await ask(app, headers)).status).toBe(200);
}

const limited = { RATE_LIMIT_PER_MINUTE: String(allowance), TRUST_PROXY: '127.0.0.1' };
let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
});
afterAll(() => dropDatabase(databaseUrl));

describe.each([
  ['Redis', {}],
  ['memory', { REDIS_URL: '' }],
])('the allowance, counted in %s,', (_store, store) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ databaseUrl, env: { ...limited, ...store } });
  });
  afterAll(() => app.stop());

  it('answers 429 beyond it, as a GraphQL error that says when to come back', async () => {
    const from = { 'x-forwarded-for': freshAddress() };
    await exhaust(app, from);
    const answer = await ask(app, from);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 429,
      code: 'TOO_MANY_REQUESTS',
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(errorsOf(answer)[0]?.message).toMatch(/^More than 5 requests a minute; try again in \d+ s\.$/);
  });

  it('is each address its own', async () => {
    await exhaust(app, { 'x-forwarded-for': freshAddress() });
    expect((await ask(app, { 'x-forwarded-for': freshAddress() })).status).toBe(200);
  });

  it('grows by no made-up token', async () => {
    const from = { 'x-forwarded-for': freshAddress() };
    for (let i = 0; i < allowance; i += 1) {
      expect((await ask(app, { ...from, authorization: `Bearer made-up-${i}` })).status).toBe(401);
    }
    expect((await ask(app, { ...from, authorization: 'Bearer made-up-again' })).status).toBe(429);
    expect((await ask(app, from)).status).toBe(429);
  });

  it('is spent by every operation of a batch', async () => {
    const from = { 'x-forwarded-for': freshAddress() };
    await postJson(
      app.url,
      Array.from({ length: allowance }, () => ({ query: '{ __typename }' })),
      from,
    );
    expect((await ask(app, from)).status).toBe(429);
  });

  it('is spent by refused documents as well', async () => {
    const from = { 'x-forwarded-for': freshAddress() };
    for (let i = 0; i < allowance; i += 1) await postJson(app.url, { query: '{' }, from);
    expect((await ask(app, from)).status).toBe(429);
  });

  it('is each customer its own, wherever he comes from', async () => {
    const { client } = await signUp(app);
    const bearer = { authorization: `Bearer ${client.accessToken}` };
    const home = { 'x-forwarded-for': freshAddress() };
    await exhaust(app, home);
    for (let i = 0; i < allowance; i += 1) {
      expect((await ask(app, { ...bearer, 'x-forwarded-for': freshAddress() })).status).toBe(200);
    }
    expect((await ask(app, { ...bearer, ...home })).status).toBe(429);
    expect((await ask(app, { 'x-forwarded-for': freshAddress() })).status).toBe(200);
  });

  it('spares those who ask how the process is', async () => {
    const headers = { 'x-forwarded-for': freshAddress() };
    for (let i = 0; i <= allowance; i += 1) {
      expect((await send(app.url, { method: 'GET', path: '/health/live', headers })).status).toBe(200);
    }
  });

  it('holds for pictures, which answer with a problem document', async () => {
    const asked = { method: 'GET', path: '/images/none.svg', headers: { 'x-forwarded-for': freshAddress() } };
    for (let i = 0; i < allowance; i += 1) expect((await send(app.url, asked)).status).toBe(404);
    const answer = await send(app.url, asked);
    expect(answer.status).toBe(429);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
  });
});

describe('an address behind no trusted proxy', () => {
  it('is the connection’s, whatever the header says', async () => {
    const app = await startApp({
      databaseUrl,
      env: { RATE_LIMIT_PER_MINUTE: String(allowance), REDIS_URL: '' },
    });
    try {
      for (let i = 0; i < allowance; i += 1) await ask(app, { 'x-forwarded-for': freshAddress() });
      expect((await ask(app, { 'x-forwarded-for': freshAddress() })).status).toBe(429);
    } finally {
      await app.stop();
    }
  });
});

describe('two nodes with one Redis', () => {
  it('count together', async () => {
    const nodes = [
      await startApp({ databaseUrl, env: limited }),
      await startApp({ databaseUrl, env: limited }),
    ];
    const [one, other] = nodes as [RunningApp, RunningApp];
    try {
      const from = { 'x-forwarded-for': freshAddress() };
      await exhaust(one, from);
      expect((await ask(other, from)).status).toBe(429);
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
    }
  });
});

describe('while Redis is away', () => {
  it('requests are answered at once, and counted on the node alone', async () => {
    const cable = await Cable.to(process.env['REDIS_URL'] ?? '');
    const app = await startApp({ databaseUrl, env: { ...limited, REDIS_URL: cable.url } });
    try {
      const from = { 'x-forwarded-for': freshAddress() };
      cable.cut();
      const startedMs = performance.now();
      await exhaust(app, from);
      expect(performance.now() - startedMs).toBeLessThan(1_500);
      expect((await ask(app, from)).status).toBe(429);
    } finally {
      cable.mend();
      await app.stop();
      await cable.remove();
    }
  });
});
