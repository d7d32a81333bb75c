/** Sockets keep to the protocol and to the limits that HTTP has. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { signInAs, signUp } from '../support/accounts.js';
import { createSeededDatabase, dropDatabase } from '../support/database.js';
import { BusListeners } from '../support/live-client.js';
import { patiently } from '../support/patiently.js';
import { startApp, type RunningApp } from '../support/start-app.js';
import { json, sendBytes } from './http.requests.js';
import { Stranger } from './limits.stranger.js';

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** A client that says whatever it is told, in or out of protocol. */
class Talker {
  readonly heard: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (text: Buffer) => this.heard.push(JSON.parse(text.toString()) as Message));
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  static async to(
    { url }: RunningApp,
    { headers = {}, protocols = ['graphql-transport-ws'] } = {},
  ): Promise<Talker> {
    const address = `${url.replace('http', 'ws')}/graphql`;
    const talker = new Talker(new WebSocket(address, protocols, { headers }));
    onTestFinished(() => talker.socket.terminate());
    await once(talker.socket, 'open');
    return talker;
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Whatever is heard next that has the type, and the id when one is given. */
  async hear(type: string, id?: string): Promise<Message> {
    return vi.waitFor(() => {
      const found = this.heard.find((heard) => heard.type === type && (id === undefined || heard.id === id));
      if (found === undefined) throw new Error(`Heard ${JSON.stringify(this.heard)}`);
      return found;
    }, patiently);
  }

  async init(payload?: object): Promise<void> {
    this.say({ type: 'connection_init', payload });
    await this.hear('connection_ack');
  }

  ask(id: string, query: unknown, rest: object = {}): void {
    this.say({ id, type: 'subscribe', payload: { query, ...rest } });
  }

  async refusal(id: string): Promise<unknown> {
    const { payload } = await this.hear('error', id);
    return (payload as { extensions: { code: unknown } }[])[0]?.extensions.code;
  }
}

let databaseUrl: string;
let app: RunningApp;
let productId: string;
beforeAll(async () => {
  databaseUrl = await createSeededDatabase();
  app = await startApp({ databaseUrl, env: { BODY_LIMIT_BYTES: '5000' } });
  const { products } = await app.guest.data<{ products: { nodes: { id: string }[] } }>(
    '{ products(first: 1) { nodes { id } } }',
  );
  productId = products.nodes[0]?.id ?? '';
});
afterAll(async () => {
  await app.stop();
  await dropDatabase(databaseUrl);
});

const stockChanged = () => `subscription { stockChanged(productIds: ["${productId}"]) { available } }`;

async function acknowledged(): Promise<Talker> {
  const talker = await Talker.to(app);
  await talker.init();
  return talker;
}

describe('a socket is closed', () => {
  it('by its own client when the server does not speak its subprotocol', async () => {
    await expect(Talker.to(app, { protocols: ['graphql-ws'] })).rejects.toThrow('Server sent no subprotocol');
  });

  it('with 4406 without a subprotocol', async () => {
    const talker = await Talker.to(app, { protocols: [] });
    expect((await talker.closed).code).toBe(4406);
  });

  it('with 4403 for a bad token, saying so', async () => {
    const talker = await Talker.to(app);
    talker.say({ type: 'connection_init', payload: { authorization: 'Bearer made-up' } });
    expect(await talker.closed).toEqual({ code: 4403, reason: 'The access token is not valid.' });
  });

  it('with 4403 when its token has run out, whatever it is listening to', async () => {
    const brief = await startApp({ databaseUrl, env: { ACCESS_TOKEN_TTL_MS: '1000' } });
    const { client } = await signUp(brief);
    const talker = await Talker.to(brief);
    await talker.init({ authorization: `Bearer ${client.accessToken}` });
    talker.ask('1', stockChanged());
    expect(await talker.closed).toEqual({ code: 4403, reason: 'The access token has expired.' });
    await brief.stop();
  });

  it('with 4401 for an operation before the greeting', async () => {
    const talker = await Talker.to(app);
    talker.ask('1', '{ __typename }');
    expect((await talker.closed).code).toBe(4401);
  });

  it('with 4429 for a second greeting', async () => {
    const talker = await acknowledged();
    talker.say({ type: 'connection_init' });
    expect((await talker.closed).code).toBe(4429);
  });

  it('with 4409 for an id that is in use', async () => {
    const talker = await acknowledged();
    talker.ask('1', stockChanged());
    talker.ask('1', stockChanged());
    expect((await talker.closed).code).toBe(4409);
  });

  it('with 1009 for a message beyond the limit', async () => {
    const talker = await acknowledged();
    talker.ask('1', `{ __typename } # ${'x'.repeat(6_000)}`);
    expect((await talker.closed).code).toBe(1009);
  });

  it.each([
    ['no JSON', '{"type":'],
    ['a message without a type', '{}'],
    ['a message of an unknown type', '{"type":"shout"}'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a subscription without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['a subscription without a query', '{"id":"1","type":"subscribe","payload":{}}'],
    ['a query that is a number', '{"id":"1","type":"subscribe","payload":{"query":1}}'],
    ['variables that are a list', '{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":[]}}'],
    ['a message that only servers send', '{"id":"1","type":"next","payload":{"data":null}}'],
    ['an acknowledgement', '{"type":"connection_ack"}'],
    ['a prototype for an id', '{"id":{"__proto__":1},"type":"subscribe","payload":{"query":"{ a }"}}'],
  ])('with 4400 for %s', async (_what, text) => {
    const talker = await acknowledged();
    talker.say(text);
    expect((await talker.closed).code).toBe(4400);
  });
});

const upgrade = (path: string, extra = '') =>
  sendBytes(
    app.url,
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${extra === '' ? 'x3JJHMbDL1EzLkh9GBhXDw==' : extra}\r\n\r\n`,
  );

describe('an upgrade to something else', () => {
  it('is an ordinary request', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const asked = httpRequest(
        `${app.url}/graphql`,
        {
          method: 'POST',
          headers: { connection: 'Upgrade', upgrade: 'h2c', 'content-type': 'application/json' },
        },
        ({ statusCode }) => resolve(statusCode),
      );
      asked.on('error', reject).end('{"query":"{ __typename }"}');
    });
    expect(answer).toBe(200);
  });
});

describe('an upgrade is refused', () => {
  it('with 404 on another path', async () => {
    expect(await upgrade('/elsewhere')).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('with 400 for a bad key', async () => {
    expect(await upgrade('/graphql', 'short')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('with 400 for a bad path', async () => {
    expect(await upgrade('/%zz')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('an operation on a socket', () => {
  it.each([
    ['no GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['too deep', `{ categories { ${'parent { '.repeat(20)}id${' }'.repeat(20)} } }`, 'QUERY_TOO_DEEP'],
    [
      'too costly',
      '{ products(first: 100) { nodes { reviews(first: 100) { nodes { id } } } } }',
      'QUERY_TOO_COSTLY',
    ],
    [
      'too many aliases',
      `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      'TOO_MANY_ALIASES',
    ],
    ['missing a variable', 'query ($id: ID!) { node(id: $id) { id } }', 'BAD_USER_INPUT'],
    [
      'nameless among several',
      'query A { __typename } query B { __typename }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('is refused when it is %s', async (_what, query, code) => {
    const talker = await acknowledged();
    talker.ask('1', query);
    expect(await talker.refusal('1')).toBe(code);
    talker.ask('2', '{ __typename }');
    expect(await talker.hear('next', '2')).toMatchObject({ payload: { data: { __typename: 'Query' } } });
  });

  it('is refused by its resolver for whoever may not', async () => {
    const talker = await acknowledged();
    talker.ask('1', 'subscription { notificationReceived { id } }');
    const answer = await talker.hear('next', '1');
    expect(answer).toMatchObject({ payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  });

  it('is one of a hundred at most', async () => {
    const talker = await acknowledged();
    for (let i = 0; i <= 100; i += 1) talker.ask(String(i), stockChanged());
    expect(await talker.refusal('100')).toBe('TOO_MANY_OPERATIONS');
  });

  it('leaves nothing listening when its client completes it, or goes', async () => {
    const listeners = new BusListeners(app);
    const talker = await acknowledged();
    talker.ask('1', stockChanged());
    talker.ask('2', stockChanged());
    await listeners.reach(2);
    talker.say({ id: '1', type: 'complete' });
    await listeners.reach(1);
    talker.socket.terminate();
    await listeners.reach(0);
    expect(listeners.active).toBe(0);
  });

  it('is told of what happens, under its own request', async () => {
    const listeners = new BusListeners(app);
    const staff = await signInAs(app, 'staff');
    const talker = await acknowledged();
    talker.ask('1', stockChanged());
    await listeners.reach(1);
    await staff.data(
      `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { product { stock } } }`,
      { input: { productId, delta: 3 } },
    );
    expect(await talker.hear('next', '1')).toMatchObject({
      payload: { data: { stockChanged: { available: expect.any(Number) as number } } },
    });
  });
});

describe('introspection on sockets', () => {
  it('is off in production', async () => {
    const production = await startApp({ databaseUrl, env: { NODE_ENV: 'production' } });
    try {
      const talker = await Talker.to(production);
      await talker.init();
      talker.ask('1', '{ __schema { queryType { name } } }');
      expect(await talker.refusal('1')).toBe('GRAPHQL_VALIDATION_FAILED');
      talker.ask('2', '{ product { naem } }');
      expect(await talker.hear('error', '2')).toMatchObject({
        payload: [{ message: 'Cannot query field "naem" on type "Product".' }],
      });
    } finally {
      await production.stop();
    }
  });
});

describe('the allowance', () => {
  it('is one for HTTP and sockets, by the address that the proxy tells', async () => {
    const limited = await startApp({
      databaseUrl,
      env: { RATE_LIMIT_PER_MINUTE: '5', TRUST_PROXY: '127.0.0.1', REDIS_URL: '' },
    });
    try {
      const headers = { 'x-forwarded-for': `10.9.8.${randomInt(1, 255)}` };
      // The greeting is counted too.
      const talker = await Talker.to(limited, { headers });
      await talker.init();
      for (const id of ['1', '2']) {
        talker.ask(id, '{ __typename }');
        await talker.hear('next', id);
      }
      const post = () =>
        fetch(`${limited.url}/graphql`, {
          method: 'POST',
          headers: { ...json, ...headers },
          body: '{"query":"{ __typename }"}',
        });
      expect([(await post()).status, (await post()).status, (await post()).status]).toEqual([200, 200, 429]);
      talker.ask('3', '{ __typename }');
      expect(await talker.refusal('3')).toBe('TOO_MANY_REQUESTS');
    } finally {
      await limited.stop();
    }
  });
});

describe('a query on a socket', () => {
  it('has its statement cancelled when its time is up, and when its client goes', async () => {
    const stranger = await Stranger.in(databaseUrl);
    const impatient = await startApp({ databaseUrl, env: { REQUEST_TIMEOUT_MS: '300' } });
    try {
      await stranger.holdStock();
      const slow = '{ products(first: 1) { nodes { stock } } }';
      const late = await Talker.to(impatient);
      await late.init();
      late.ask('1', slow);
      expect(await late.hear('next', '1')).toMatchObject({
        payload: { errors: [{ extensions: { code: 'REQUEST_ABORTED' } }] },
      });
      await stranger.untilWaiting(0);

      const gone = await acknowledged();
      gone.ask('1', slow);
      await stranger.untilWaiting(1);
      gone.socket.terminate();
      await stranger.untilWaiting(0);
      expect(await stranger.waiting()).toBe(0);
    } finally {
      await stranger.release();
      await stranger.leave();
      await impatient.stop();
    }
  });
});
