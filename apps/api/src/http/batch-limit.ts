/** Refuses a batch of more operations than are allowed, before any of them runs. */
import type { FastifyInstance } from 'fastify';
import { InvalidInput } from '../access/errors.js';

export function limitBatches(server: FastifyInstance, maxBatch: number): void {
  server.addHook('preHandler', (request, _reply, done) => {
    const isTooLong = Array.isArray(request.body) && request.body.length > maxBatch;
    done(
      isTooLong
        ? new InvalidInput(`The batch has more than ${maxBatch} operations; send it in parts.`)
        : undefined,
    );
  });
}
