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

/** Says whether it takes the upgrade; whatever it leaves is answered as an ordinary request. */
export type AcceptUpgrade = (upgrade: Upgrade) => boolean;

/** Any other upgrade, such as `h2c`, is a request that may be answered without one (RFC 9110, section 7.8). */
export function asksForSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

export class SocketUpgrades {
  readonly #routes = new Map<string, AcceptUpgrade>();
  readonly #pending = new WeakMap<IncomingMessage, { readonly socket: Socket; readonly head: Buffer }>();

  /** @param path of the URL, without its query. */
  route(path: string, accept: AcceptUpgrade): void {
    this.#routes.set(path, accept);
  }

  attach(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      const pending = this.#pending.get(request.raw);
      const [path = ''] = request.url.split('?');
      const accept = pending && this.#routes.get(path);
      if (pending === undefined || accept?.({ request, ...pending }) !== true) return done();
      reply.hijack();
      reply.raw.detachSocket(pending.socket);
    });

    server.server.on('upgrade', (message: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#pending.set(message, { socket, head });
      const response = new ServerResponse(message);
      response.shouldKeepAlive = false;
      response.assignSocket(socket);
      // Node no longer looks after a socket that it has given to an upgrade.
      response.once('finish', () => socket.end());
      socket.on('error', () => socket.destroy());
      server.routing(message, response);
    });
  }
}
