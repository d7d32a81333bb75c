/**
 * Sends WebSocket upgrades through Fastify, so that they have the address and the id that any request has, and the same
 * refusals.
 */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface Upgrade {
  readonly request: FastifyRequest;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Any other upgrade, such as `h2c`, is a request that may be answered without one (RFC 9110, section 7.8). */
export function asksForSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** @param accept says whether it takes the upgrade; whatever it leaves is answered as an ordinary request. */
export function routeUpgrades(
  server: FastifyInstance,
  path: string,
  accept: (upgrade: Upgrade) => boolean,
): void {
  const upgrades = new WeakMap<IncomingMessage, { readonly socket: Socket; readonly head: Buffer }>();

  server.addHook('onRequest', (request, reply, done) => {
    const upgrade = upgrades.get(request.raw);
    if (upgrade === undefined || request.url.split('?')[0] !== path) return done();
    if (!accept({ request, ...upgrade })) return done();
    reply.hijack();
    reply.raw.detachSocket(upgrade.socket);
  });

  server.server.on('upgrade', (message: IncomingMessage, socket: Socket, head: Buffer) => {
    upgrades.set(message, { socket, head });
    const response = new ServerResponse(message);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    // Node no longer looks after a socket that it has given to an upgrade.
    response.once('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    server.routing(message, response);
  });
}
