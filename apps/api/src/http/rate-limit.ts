/** Allows each client so many requests a minute, on HTTP and on sockets together. */
import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit';
import { AppError } from '@app/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ownViewer } from '../access/own-requests.js';
import { asksHowItIs } from './own-state.js';
import { windowMs, type RequestCounter } from './request-counter.js';

export class TooManyRequests extends AppError {
  readonly code = 'TOO_MANY_REQUESTS';
  readonly kind = 'TOO_MANY_REQUESTS';

  constructor(mostPerMinute: number, ttlMs: number) {
    const retryAfterSeconds = Math.ceil(ttlMs / 1000);
    super(`More than ${mostPerMinute} requests a minute; try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  }
}

export class RequestAllowance {
  /** @param mostPerMinute 0 allows everything. */
  constructor(
    readonly mostPerMinute: number,
    readonly counter: RequestCounter,
  ) {}

  /** @throws TooManyRequests */
  async spend(key: string): Promise<void> {
    if (this.mostPerMinute === 0) return;
    const { current, ttlMs } = await this.counter.add(key);
    if (current > this.mostPerMinute) throw new TooManyRequests(this.mostPerMinute, ttlMs);
  }
}

/** A batch is paid for by the operation: its first one is counted as the request, the others here. */
function countBatches(
  server: FastifyInstance,
  allowance: RequestAllowance,
  keyOf: (request: FastifyRequest) => Promise<string>,
): void {
  server.addHook('preHandler', async (request) => {
    if (!Array.isArray(request.body)) return;
    const key = await keyOf(request);
    for (let others = request.body.length - 1; others > 0; others -= 1) await allowance.spend(key);
  });
}

function storeOver(counter: RequestCounter) {
  return class Store implements FastifyRateLimitStore {
    incr(key: string, settle: Parameters<FastifyRateLimitStore['incr']>[1]): void {
      counter.add(key).then(
        ({ current, ttlMs }) => settle(null, { current, ttl: ttlMs }),
        (error: Error) => settle(error),
      );
    }

    child(): Store {
      return this;
    }
  };
}

export async function limitRequests(
  server: FastifyInstance,
  allowance: RequestAllowance,
  keyOf: (request: FastifyRequest) => Promise<string>,
): Promise<void> {
  const { mostPerMinute, counter } = allowance;
  if (mostPerMinute === 0) return;
  await server.register(rateLimit, {
    // Not earlier: the viewer is found out once, in the context of the request.
    hook: 'preHandler',
    max: mostPerMinute,
    timeWindow: windowMs,
    store: storeOver(counter),
    keyGenerator: keyOf,
    allowList: (request: FastifyRequest) => asksHowItIs(request.url) || ownViewer(request) !== undefined,
    errorResponseBuilder: (_request, { max, ttl }) => new TooManyRequests(max, ttl),
  });
  countBatches(server, allowance, keyOf);
}
