import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Drain } from './drain.js';

let server: FastifyInstance;
let drain: Drain;
let release: () => void;
let entered: Promise<void>;

beforeEach(() => {
  server = fastify();
  drain = new Drain();
  drain.follow(server);
  const released = new Promise<void>((resolve) => (release = resolve));
  entered = new Promise((resolve) => {
    server.get('/slow', async () => {
      resolve();
      await released;
      return 'done';
    });
  });
  server.get('/graphql', async () => 'served');
  server.get('/health/ready', async () => 'asked');
});
afterEach(() => server.close());

describe(Drain, () => {
  it('is over at once when nothing is under way', async () => {
    await server.inject('/graphql');
    await drain.begin();
    expect(drain.isDraining).toBe(true);
  });

  it('waits for what is under way, and lets it end', async () => {
    const answer = server.inject('/slow');
    await entered;
    let isOver = false;
    const over = drain.begin().then(() => (isOver = true));
    await server.inject('/graphql');
    expect(isOver).toBe(false);
    release();
    expect((await answer).body).toBe('done');
    await over;
  });

  it('refuses new requests with 503 and a closed connection', async () => {
    await drain.begin();
    const answer = await server.inject('/graphql');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    expect(answer.json()).toMatchObject({ errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] });
  });

  it('goes on answering those who ask how the process is', async () => {
    await drain.begin();
    expect((await server.inject('/health/ready')).body).toBe('asked');
  });
});
