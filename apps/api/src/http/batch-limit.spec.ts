import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitBatches } from './batch-limit.js';

let server: FastifyInstance;
beforeEach(() => {
  server = fastify();
  limitBatches(server, 2);
  server.post('/', async () => 'ran');
  server.setErrorHandler(async (error, _request, reply) => {
    await reply.code(400).send((error as Error).message);
  });
});
afterEach(() => server.close());

const post = async (payload: object) => (await server.inject({ method: 'POST', url: '/', payload })).body;

describe(limitBatches, () => {
  it('runs single operations and short batches', async () => {
    expect([await post({}), await post([]), await post([1, 2])]).toEqual(['ran', 'ran', 'ran']);
  });

  it('refuses a batch that is too long, before anything of it runs', async () => {
    expect(await post([1, 2, 3])).toBe('The batch has more than 2 operations; send it in parts.');
  });
});
