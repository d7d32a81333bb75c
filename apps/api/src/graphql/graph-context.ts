/** What every resolver of one operation shares. */
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../access/viewer.js';

export interface GraphContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** The client's address, as far as trusted proxies tell it. */
  readonly clientAddress: () => string;
  /**
   * True for subscriptions: one context serves many events over a long time, so its loaders batch but remember nothing.
   */
  readonly isLive: boolean;
  /** Present, so that Nest does not copy the context; undefined on sockets. */
  readonly req: FastifyRequest | undefined;
}
