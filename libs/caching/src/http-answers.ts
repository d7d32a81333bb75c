/** Binds the cache to an application's HTTP server. */
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FastifyAnswerCache, type FastifyAnswerCacheOptions } from './adapters/fastify-answer-cache.js';
import { CacheOperations } from './cache-operations.js';
import { AnswerEncoder } from './core/answer-encoder.js';
import { AnswerHeaders } from './core/answer-headers.js';
import type { AnswerObserver, AnswerUses } from './core/answer-uses.js';
import { Answering } from './core/answering.js';
import { SelfQuestions, type HitWatchers, type SelfBinding } from './self-questions.js';

/** What only the application knows. */
export type HttpBinding = Pick<
  FastifyAnswerCacheOptions,
  'asksQuestion' | 'scopeOf' | 'isOwn' | 'isForgeable' | 'forgeryHeaders'
> &
  SelfBinding;

/** To be asked with a body before it is parsed; true means that the request has its answer. */
export type Consult = (request: FastifyRequest, body: Buffer) => boolean | Promise<boolean>;

@Injectable()
export class HttpAnswers {
  constructor(
    private readonly answering: Answering,
    private readonly encoder: AnswerEncoder,
    private readonly operations: CacheOperations,
    private readonly self: SelfQuestions,
    private readonly headers: AnswerHeaders,
  ) {}

  /** Adds the hooks. The parser of bodies must ask what it returns before it parses. */
  attach(server: FastifyInstance, binding: HttpBinding): Consult {
    const watchers = this.self.attach(server, binding);
    this.operations.shadow = watchers.shadow;
    this.answering.refresher = watchers.refresher;
    const cache = new FastifyAnswerCache({
      ...binding,
      answering: this.answering,
      encoder: this.encoder,
      headers: this.headers,
      observer: observerOf(this.operations.uses, watchers),
    });
    cache.attach(server);
    return (request, body) => cache.consult(request, body);
  }
}

function observerOf(uses: AnswerUses, { shadow, refresher }: HitWatchers): AnswerObserver {
  return {
    kept: (answer, how) => uses.kept(answer, how),
    adopted: (answer, by) => uses.adopted(answer, by),
    unkept: (operation) => uses.unkept(operation),
    hit: (answer) => {
      shadow.hit(answer);
      refresher.hit(answer);
    },
  };
}
