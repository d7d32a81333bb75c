/**
 * Requests that the process sends itself as a viewer of its choice. They are known by the asynchronous context in which they
 * are injected: there is no header, token or address that anybody outside could send to be taken for one.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { anonymous, isRole, type Viewer } from './viewer.js';

const storage = new AsyncLocalStorage<Viewer>();
const viewers = new WeakMap<FastifyRequest, Viewer>();

/** @param role undefined for an anonymous viewer; a role without a customer, as nobody's data is anybody's. */
export function asRole<T>(role: string | undefined, work: () => Promise<T>): Promise<T> {
  if (role !== undefined && role !== anonymous.role && !isRole(role))
    throw new TypeError(`There is no role "${role}".`);
  const viewer = role !== undefined && isRole(role) ? { role } : anonymous;
  return storage.run(viewer, work);
}

/** The viewer that the process has chosen; undefined for everybody's requests. */
export function ownViewer(request: FastifyRequest): Viewer | undefined {
  return viewers.get(request);
}

/** First of all hooks: reading the body leaves the asynchronous context in which the request began. */
export function knowOwnRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const viewer = storage.getStore();
    // What has come over a network is never our own, whatever context it were handled in.
    if (viewer !== undefined && !(request.raw.socket instanceof Socket)) viewers.set(request, viewer);
    done();
  });
}
