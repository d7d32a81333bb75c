/** Who sends an HTTP request, found out once for it. */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../access/viewer.js';
import { ViewerResolver } from '../storefront/accounts/viewer-resolver.js';

@Injectable()
export class HttpViewers {
  readonly #known = new WeakMap<FastifyRequest, Promise<Viewer>>();

  constructor(private readonly viewers: ViewerResolver) {}

  /** @throws InvalidAccessToken */
  of(request: FastifyRequest): Promise<Viewer> {
    let viewer = this.#known.get(request);
    if (viewer === undefined) {
      viewer = this.viewers.resolve(request.headers.authorization);
      this.#known.set(request, viewer);
    }
    return viewer;
  }

  /** Whom to count a request for: a proven customer wherever he is, everybody else by his address. */
  async rateLimitKey(request: FastifyRequest): Promise<string> {
    try {
      const { customerId } = await this.of(request);
      return customerId === undefined ? `address:${request.ip}` : `customer:${customerId}`;
    } catch {
      // A made-up token must not open a fresh allowance.
      return `address:${request.ip}`;
    }
  }
}
