import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRole, knowOwnRequests, ownViewer } from './own-requests.js';

let server: FastifyInstance;
let url: string;

beforeAll(async () => {
  server = fastify();
  knowOwnRequests(server);
  server.post('/', (request) => ({ viewer: ownViewer(request) ?? 'somebody' }));
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(() => server.close());

async function viewerOf(role: string | undefined): Promise<unknown> {
  const reply = await asRole(role, async () => server.inject({ method: 'POST', url: '/', payload: {} }));
  return reply.json<{ viewer: unknown }>().viewer;
}

describe(asRole, () => {
  it('makes injected requests those of a viewer with the role and without a customer', async () => {
    expect(await viewerOf('staff')).toEqual({ role: 'staff' });
    expect(await viewerOf(undefined)).toEqual({ role: 'anonymous' });
  });

  it('knows no role that there is not', () => {
    expect(() => asRole('root', () => Promise.resolve())).toThrow('There is no role "root"');
  });

  it('makes nothing else one of its own: no other injection, and nothing that comes over a socket', async () => {
    const reply = await server.inject({ method: 'POST', url: '/', payload: {} });
    expect(reply.json()).toEqual({ viewer: 'somebody' });
    // Even a request that the process itself sends over the network from within.
    const fetched = await asRole('admin', async () => fetch(url, { method: 'POST' }));
    expect(await fetched.json()).toEqual({ viewer: 'somebody' });
  });
});
