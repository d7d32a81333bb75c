/** Who sends an HTTP request, found out once for it. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ScopeValues } from '@app/caching';
import { ownViewer } from '../access/own-requests.js';
import { anonymous, type Viewer } from '../access/viewer.js';
import { ViewerResolver } from '../storefront/accounts/viewer-resolver.js';

/** Whom to count a request for: a proven customer wherever he is, everybody else by his address. */
export function rateLimitKeyOf(viewer: Viewer | undefined, clientAddress: string): string {
  return viewer?.customerId === undefined ? `address:${clientAddress}` : `customer:${viewer.customerId}`;
}

@Injectable()
export class HttpViewers {
  readonly #known = new WeakMap<FastifyRequest, Promise<Viewer>>();

  constructor(private readonly viewers: ViewerResolver) {}

  /** @throws InvalidAccessToken */
  of(request: FastifyRequest): Promise<Viewer> {
    const own = ownViewer(request);
    if (own !== undefined) return Promise.resolve(own);
    let viewer = this.#known.get(request);
    if (viewer === undefined) {
      viewer = this.viewers.resolve(request.headers.authorization);
      this.#known.set(request, viewer);
    }
    return viewer;
  }

  /** At once for somebody without a token, who is most of them. @throws InvalidAccessToken */
  scopeOf(request: FastifyRequest): ScopeValues | Promise<ScopeValues> {
    const own = ownViewer(request);
    if (own !== undefined) return { role: own.role };
    const { authorization } = request.headers;
    if (authorization === undefined || authorization === '') return { role: anonymous.role };
    return this.of(request).then(({ role, customerId }) => ({ role, user: customerId }));
  }

  /** A made-up token opens no fresh allowance: it counts for the address, like none at all. */
  async rateLimitKey(request: FastifyRequest): Promise<string> {
    const viewer = await this.of(request).catch(() => undefined);
    return rateLimitKeyOf(viewer, request.ip);
  }
}
