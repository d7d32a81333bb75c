/** What browsers of other sites, and people who look around, may not do. */
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { codeOf, errorsOf, json, postJson, send } from './http.requests.js';

const query = '{ __typename }';
const friend = 'https://shop.example';

let databaseUrl: string;
let development: RunningApp;
let production: RunningApp;
beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  development = await startApp({ databaseUrl, env: { NODE_ENV: 'development', CORS_ORIGINS: friend } });
  production = await startApp({ databaseUrl, env: { NODE_ENV: 'production' } });
});
afterAll(async () => {
  await development.stop();
  await production.stop();
  await dropDatabase(databaseUrl);
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  send(development.url, { method: 'GET', path, headers });
const simpleGet = `/graphql?query=${encodeURIComponent(query)}`;

describe('cross-site request forgery', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'fails with the simple content type %s',
    async (contentType) => {
      const answer = await send(development.url, {
        headers: { 'content-type': contentType },
        body: JSON.stringify({ query }),
      });
      expect(answer.status).toBe(415);
      expect(answer.text).not.toContain('"data"');
    },
  );

  it('fails without a content type', async () => {
    expect((await send(development.url, { body: JSON.stringify({ query }) })).status).toBe(415);
  });

  it('fails by a link', async () => {
    const answer = await get(simpleGet);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 400, code: 'BAD_REQUEST' });
    expect(answer.text).toContain('apollo-require-preflight');
  });

  it('fails by a link for a mutation, even from a client of the API', async () => {
    const path = `/graphql?query=${encodeURIComponent('mutation { __typename }')}`;
    const answer = await get(path, { 'apollo-require-preflight': '1' });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
  });
});

describe('GET', () => {
  it('answers queries of those who could not be a link', async () => {
    const answer = await get(simpleGet, { 'apollo-require-preflight': '1' });
    expect(JSON.parse(answer.text)).toEqual({ data: { __typename: 'Query' } });
  });

  it('takes variables, and documents by their hash', async () => {
    const text = 'query ($name: String!) { __type(name: $name) { name } }';
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
    };
    await postJson(development.url, { query: text, variables: { name: 'Product' }, extensions });
    const search = new URLSearchParams({
      variables: JSON.stringify({ name: 'Order' }),
      extensions: JSON.stringify(extensions),
    });
    const answer = await get(`/graphql?${search.toString()}`, { 'apollo-require-preflight': '1' });
    expect(JSON.parse(answer.text)).toEqual({ data: { __type: { name: 'Order' } } });
  });
});

describe('every answer', () => {
  it.each([
    ['of the API', '/graphql', 'POST'],
    ['of a refused method', '/graphql', 'DELETE'],
    ['of a page that is not there', '/nothing', 'GET'],
    ['about health', '/health/live', 'GET'],
  ])('%s tells browsers to be careful', async (_what, path, method) => {
    const answer = await send(development.url, { method, path, headers: json });
    expect(answer.headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age=') as string,
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('server');
  });
});

const preflight = (origin: string) =>
  send(development.url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    },
  });

describe('other origins', () => {
  it('on the list may ask, and read the answer', async () => {
    const asked = await preflight(friend);
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': friend,
      'access-control-allow-headers': 'content-type,authorization',
    });
    const answer = await postJson(development.url, { query }, { origin: friend });
    expect(answer.headers['access-control-allow-origin']).toBe(friend);
    expect(answer.headers['access-control-expose-headers']).toContain('x-request-id');
  });

  it.each(['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null'])(
    'like %s may not',
    async (origin) => {
      expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin');
      const answer = await postJson(development.url, { query }, { origin });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it('are told apart by caches', async () => {
    expect((await preflight(friend)).headers['vary']).toMatch(/origin/i);
  });
});

describe('the schema', () => {
  const introspection = '{ __schema { queryType { name } } }';

  it('can be asked for in development', async () => {
    expect(await development.guest.data(introspection)).toEqual({
      __schema: { queryType: { name: 'Query' } },
    });
  });

  it('cannot in production', async () => {
    const answer = await postJson(production.url, { query: introspection });
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect(production.app.get(GraphQLSchemaHost).schema.getQueryType()?.name).toBe('Query');
  });

  it('is suggested to guessers in development only', async () => {
    const guess = { query: '{ product { naem } }' };
    const [helped] = errorsOf(await postJson(development.url, guess));
    const [refused] = errorsOf(await postJson(production.url, guess));
    expect(helped?.message).toBe('Cannot query field "naem" on type "Product". Did you mean "name"?');
    expect(refused?.message).toBe('Cannot query field "naem" on type "Product".');
  });
});

describe('GraphiQL', () => {
  const asBrowser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

  it('is shown to browsers in development, with all that it needs', async () => {
    const answer = await get('/graphql', asBrowser);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.text).not.toMatch(/<(?:script|link)[^>]+(?:src|href)="(?!data:)/);
  });

  it('is shown again when its address with a query is opened', async () => {
    expect((await get(simpleGet, asBrowser)).headers['content-type']).toMatch(/html/);
  });

  it('may run its own script and no other', async () => {
    const answer = await get('/graphql', asBrowser);
    const policy = String(answer.headers['content-security-policy']);
    const script = /<script>(.*)<\/script>/s.exec(answer.text)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policy).toContain(`script-src 'sha256-${hash}' blob:`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:/);
  });

  it.each(['*/*', 'application/json', 'application/graphql-response+json', 'application/json, text/html'])(
    'is not shown to clients that accept %s',
    async (accept) => {
      expect((await get('/graphql', { accept })).headers['content-type']).toMatch(/json/);
    },
  );

  it('is not shown in production', async () => {
    const answer = await send(production.url, { method: 'GET', headers: asBrowser });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/json/);
  });
});
