/** Gives every request its id, its context and its end: when time is up or the client has gone, its statements stop. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { runInRequest } from '@app/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const saneRequestId = /^[\w.:-]{1,100}$/;

/** A request id from a proxy is kept, so that its logs and ours meet; anything odd is replaced. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID();
}

export function followRequests(server: FastifyInstance, timeoutMs: number): void {
  const controllers = new WeakMap<FastifyRequest, AbortController>();

  server.addHook('onRequest', (request, reply, done) => {
    const controller = new AbortController();
    controllers.set(request, controller);
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    reply.raw.once('close', () => {
      clearTimeout(timer);
      if (!reply.raw.writableFinished) controller.abort();
    });
    void reply.header('x-request-id', request.id);
    done();
  });

  // Not earlier: reading the body leaves the asynchronous context in which the request began.
  server.addHook('preHandler', (request, _reply, done) => {
    const signal = controllers.get(request)?.signal ?? AbortSignal.abort();
    runInRequest({ requestId: request.id, signal }, done);
  });
}
