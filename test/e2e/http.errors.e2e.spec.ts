/** Nothing of the inside shows in an answer; everything needed to find the cause is in the log, secrets apart. */
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ApiProcess } from '../support/api-process.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { openDatabase } from '../../apps/api/src/database/data-source.js';
import { codeOf, errorsOf, postJson, send } from './http.requests.js';
import { startApp, type RunningApp } from '../support/start-app.js';

/** Words that only the inside knows. */
const inside =
  /select|relation "|column "|column \w+\.|pg_|typeorm|node_modules|\.[jt]s\b|QueryFailed|swiftlet_test/i;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
  // The schema that the code was written for is no longer the one that is there.
  await app.dataSource.query('ALTER TABLE products DROP COLUMN name CASCADE');
  await app.dataSource.query('ALTER TABLE image_assets RENAME TO lost_assets');
});
afterAll(() => app.stop());

const broken = '{ products(first: 1) { nodes { id } } }';

describe('an error of ours', () => {
  it('is masked in a field, with the request id to ask with', async () => {
    const answer = await postJson(app.url, { query: broken }, { 'x-request-id': 'from-the-proxy-1' });
    const [error] = errorsOf(answer);
    expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'from-the-proxy-1' });
    expect(error?.message).toBe('Something went wrong on our side. Tell us the request id from-the-proxy-1.');
    expect(answer.text).not.toMatch(inside);
  });

  it('is masked in each entry of a batch', async () => {
    const answer = await postJson(app.url, [{ query: broken }, { query: '{ __typename }' }]);
    expect(answer.text).toContain('INTERNAL_SERVER_ERROR');
    expect(answer.text).toContain('"__typename":"Query"');
    expect(answer.text).not.toMatch(inside);
  });

  it('is masked outside GraphQL', async () => {
    const answer = await send(app.url, { method: 'GET', path: `/images/${'0'.repeat(32)}.svg` });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong on our side.',
      code: 'INTERNAL_SERVER_ERROR',
      requestId: answer.headers['x-request-id'],
    });
  });

  it('is masked on sockets', async () => {
    const client: Client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    try {
      const answer = await client.iterate({ query: broken }).next();
      const [error] = (answer.value as { errors: { message: string; extensions: object }[] }).errors;
      expect(error?.extensions).toEqual({
        code: 'INTERNAL_SERVER_ERROR',
        requestId: expect.stringMatching(uuid) as string,
      });
      expect(JSON.stringify(answer)).not.toMatch(inside);
    } finally {
      await client.dispose();
    }
  });
});

describe('the request id', () => {
  it('is kept when a proxy gave a sane one', async () => {
    const answer = await postJson(app.url, { query: '{ __typename }' }, { 'x-request-id': 'a.b:c_d-1' });
    expect(answer.headers['x-request-id']).toBe('a.b:c_d-1');
  });

  it.each(['', 'with space', 'x'.repeat(101), '<script>', '{"$":1}'])(
    'is replaced when it is %j',
    async (id) => {
      const answer = await postJson(app.url, { query: '{ __typename }' }, { 'x-request-id': id });
      expect(answer.headers['x-request-id']).toMatch(uuid);
    },
  );

  it('is in every refusal outside GraphQL', async () => {
    const answer = await send(app.url, { body: '{', headers: { 'content-type': 'application/json' } });
    expect(errorsOf(answer)[0]?.extensions?.['requestId']).toBe(answer.headers['x-request-id']);
  });
});

describe('the log', () => {
  it('has the cause under the request id, one JSON line each, and no secret', async () => {
    const databaseUrl = await createSeededDatabase();
    const dataSource = await openDatabase({ url: databaseUrl });
    const secrets = { password: 'hush-hush-1', token: 'Bearer sesame-open-2', url: 'hush-url-3' };
    const api = await ApiProcess.create({
      DATABASE_URL: databaseUrl.replace('//postgres@', `//postgres:${secrets.url}@`),
      REDIS_URL: '',
      LOG_LEVEL: 'trace',
      JWT_SECRET: 'hush-signing-key-that-is-long-enough-4',
    });
    try {
      await api.start();
      const person = { email: 'ada@example.com', password: secrets.password };
      await postJson(api.url, {
        query: 'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }',
        variables: { input: { ...person, name: 'Ada' } },
      });
      await dataSource.query('ALTER TABLE accounts RENAME TO lost_accounts');
      const signIn = await postJson(
        api.url,
        {
          query: 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }',
          variables: { input: person },
        },
        { 'x-request-id': 'follow-me' },
      );
      expect(codeOf(signIn)).toBe('INTERNAL_SERVER_ERROR');
      expect((await postJson(api.url, { query: broken }, { authorization: secrets.token })).status).toBe(401);
      await api.end('SIGTERM');
      const lines = api.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const failure = lines.find(
        ({ requestId, msg }) => requestId === 'follow-me' && msg === 'request failed',
      );
      expect(failure).toMatchObject({ level: 50, path: 'signIn', err: { type: 'QueryFailedError' } });
      expect(api.output).not.toMatch(/hush|sesame/);
    } finally {
      await api.end('SIGKILL');
      await dataSource.destroy();
      await dropDatabase(databaseUrl);
    }
  });
});
