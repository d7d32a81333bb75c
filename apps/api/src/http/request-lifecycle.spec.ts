import { currentRequest } from '@app/platform';
import { fastify, type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followRequests, requestIdOf } from './request-lifecycle.js';

const withId = (id: string | string[] | undefined) =>
  ({ headers: { 'x-request-id': id } }) as unknown as IncomingMessage;

describe(requestIdOf, () => {
  it.each(['a', 'node:1-2.3_4', 'x'.repeat(100)])('keeps %s', (id) => {
    expect(requestIdOf(withId(id))).toBe(id);
  });

  it.each([undefined, '', 'a b', 'a\nb', 'x'.repeat(101), 'ä', ['a', 'b']])('replaces %j', (id) => {
    expect(requestIdOf(withId(id))).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe(followRequests, () => {
  let server: FastifyInstance;
  let entered: (signal: AbortSignal) => void;
  let seen: Promise<AbortSignal>;

  beforeEach(() => {
    seen = new Promise((resolve) => (entered = resolve));
  });
  afterEach(() => server.close());

  async function serve(timeoutMs: number): Promise<AddressInfo> {
    server = fastify({ genReqId: requestIdOf });
    followRequests(server, timeoutMs);
    server.get('/id', async () => currentRequest()?.requestId);
    server.post('/id', async () => currentRequest()?.requestId);
    server.get('/quick', async () => {
      entered(currentRequest()?.signal ?? AbortSignal.abort());
      return 'done';
    });
    server.get('/wait', async () => {
      const signal = currentRequest()?.signal ?? AbortSignal.abort();
      entered(signal);
      await once(signal, 'abort');
      return 'ended';
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    return server.server.address() as AddressInfo;
  }

  it('gives handlers the id that the answer carries, after a body as well', async () => {
    await serve(60_000);
    const headers = { 'x-request-id': 'mine' };
    const get = await server.inject({ url: '/id', headers });
    const post = await server.inject({ method: 'POST', url: '/id', headers, payload: { a: 1 } });
    expect([get.body, get.headers['x-request-id'], post.body]).toEqual(['mine', 'mine', 'mine']);
  });

  it('keeps requests that run at the same time apart', async () => {
    await serve(60_000);
    const ids = Array.from({ length: 20 }, (_, i) => `request-${i}`);
    const answers = await Promise.all(
      ids.map((id) => server.inject({ url: '/id', headers: { 'x-request-id': id } })),
    );
    expect(answers.map(({ body }) => body)).toEqual(ids);
  });

  it('aborts a request whose time is up', async () => {
    await serve(20);
    expect((await server.inject({ url: '/wait' })).body).toBe('ended');
  });

  it('aborts a request whose client has gone', async () => {
    const { port } = await serve(60_000);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /wait HTTP/1.1\r\nhost: x\r\n\r\n');
    const signal = await seen;
    expect(signal.aborted).toBe(false);
    socket.destroy();
    await once(signal, 'abort');
    expect(signal.aborted).toBe(true);
  });

  it('leaves a request alone that was answered', async () => {
    const { port } = await serve(60_000);
    const socket = connect(port, '127.0.0.1');
    socket.end('GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await once(socket.resume(), 'close');
    expect((await seen).aborted).toBe(false);
  });
});
