/** Binds the cache to an application's HTTP server. */
import { CLOCK, type Clock } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { FastifyAnswerCache, type FastifyAnswerCacheOptions } from './adapters/fastify-answer-cache.js';
import { CacheOperations } from './cache-operations.js';
import { AnswerEncoder } from './core/answer-encoder.js';
import type { AnswerObserver, AnswerUses } from './core/answer-uses.js';
import { Answering } from './core/answering.js';
import type { ShadowCheck } from './core/shadow-check.js';
import { SelfQuestions, type SelfBinding } from './self-questions.js';

/** What only the application knows. */
export type HttpBinding = Pick<FastifyAnswerCacheOptions, 'asksQuestion' | 'scopeOf' | 'isOwn'> & SelfBinding;

@Injectable()
export class HttpAnswers {
  constructor(
    private readonly answering: Answering,
    private readonly encoder: AnswerEncoder,
    private readonly operations: CacheOperations,
    private readonly self: SelfQuestions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Adds the hooks. The parser of bodies must ask what it returns before it parses. */
  attach(server: FastifyInstance, binding: HttpBinding): FastifyAnswerCache {
    const shadow = this.self.attach(server, binding);
    this.operations.shadow = shadow;
    const cache = new FastifyAnswerCache({
      asksQuestion: binding.asksQuestion,
      scopeOf: binding.scopeOf,
      isOwn: binding.isOwn,
      answering: this.answering,
      encoder: this.encoder,
      nowMs: () => this.clock.nowMs(),
      surrogateKeysOf: () => undefined,
      observer: observerOf(this.operations.uses, shadow),
    });
    cache.attach(server);
    return cache;
  }
}

function observerOf(uses: AnswerUses, shadow: ShadowCheck): AnswerObserver {
  return {
    kept: (answer, how) => uses.kept(answer, how),
    adopted: (answer, by) => uses.adopted(answer, by),
    unkept: (operation) => uses.unkept(operation),
    hit: (answer) => shadow.hit(answer),
  };
}
