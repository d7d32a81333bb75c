/** Binds the cache to an application's HTTP server. */
import { CLOCK, type Clock } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { FastifyAnswerCache, type FastifyAnswerCacheOptions } from './adapters/fastify-answer-cache.js';
import { AnswerEncoder } from './core/answer-encoder.js';
import { Answering } from './core/answering.js';

/** What only the application knows. */
export type HttpBinding = Pick<FastifyAnswerCacheOptions, 'asksQuestion' | 'scopeOf'>;

@Injectable()
export class HttpAnswers {
  constructor(
    private readonly answering: Answering,
    private readonly encoder: AnswerEncoder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Adds the hooks. The parser of bodies must ask what it returns before it parses. */
  attach(server: FastifyInstance, binding: HttpBinding): FastifyAnswerCache {
    const cache = new FastifyAnswerCache({
      ...binding,
      answering: this.answering,
      encoder: this.encoder,
      nowMs: () => this.clock.nowMs(),
      surrogateKeysOf: () => undefined,
    });
    cache.attach(server);
    return cache;
  }
}
