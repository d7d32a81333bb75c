/** Answers HTTP requests with stored bytes before anybody parses them, and stores what the others are answered with. */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MissReason as AnswerMissReason, Question } from '../core/answer-cache.js';
import type { AnswerEncoder } from '../core/answer-encoder.js';
import type { AnswerObserver, Asker } from '../core/answer-uses.js';
import type { Answering, AnswerLayer, BypassReason, Making } from '../core/answering.js';
import type { CachedAnswer, PreparedHead } from '../core/cached-answer.js';
import { EncodingNegotiation, type ContentCoding } from '../core/http/accept-encoding.js';
import {
  cacheStatus,
  type CacheOutcome,
  type MissReason,
  type StoreRefusal,
} from '../core/http/cache-status.js';
import { etagOf, evaluateIfNoneMatch } from '../core/http/etag.js';
import { cacheHeaders } from '../core/http/response-headers.js';
import type { SurrogateKeys } from '../core/http/surrogate-keys.js';
import { idOfQuestion, keptQuestion, mayHaveEffects, type AskedQuestion } from '../core/kept-question.js';
import { recordReads, type ReadsRecorder } from '../core/reads-recorder.js';
import type { ScopeValues } from '../core/scope.js';

/** Sent back by a client, it makes what the client has written or seen elsewhere visible here, on whatever node. */
export const seenHeader = 'x-swiftlet-seen';

export interface FastifyAnswerCacheOptions {
  readonly answering: Answering;
  readonly encoder: AnswerEncoder;
  readonly nowMs: () => number;
  /** True for requests that ask a question, with a body or without one: the only ones that are looked at. */
  readonly asksQuestion: (request: FastifyRequest) => boolean;
  /** Who asks. What it throws is left to the application to answer. */
  readonly scopeOf: (request: FastifyRequest) => ScopeValues | Promise<ScopeValues>;
  readonly surrogateKeysOf: (answer: CachedAnswer) => SurrogateKeys | undefined;
  /** True for what the process asks itself, ahead of anybody. */
  readonly isOwn: (request: FastifyRequest) => boolean;
  readonly observer: AnswerObserver;
}

/** What the cache knows of a request under way. */
type State =
  | {
      readonly kind: 'answered';
      readonly answer: CachedAnswer;
      readonly layer: AnswerLayer;
      /** Why nobody may keep it after this client, if so. */
      readonly unkept?: MissReason;
    }
  | {
      readonly kind: 'making';
      readonly making: Making;
      readonly reason: MissReason;
      readonly asked: AskedQuestion;
    }
  | { readonly kind: 'passing'; readonly recorder: ReadsRecorder; readonly why: MissReason };

type Answered = Extract<State, { readonly kind: 'answered' }>;

/** The codings that are made, the best first. */
const codings = ['zstd', 'br', 'gzip'] as const;

export class FastifyAnswerCache {
  readonly #states = new WeakMap<FastifyRequest, State>();
  readonly #replies = new WeakMap<FastifyRequest, ServerResponse>();
  readonly #negotiation = new EncodingNegotiation(codings);

  constructor(private readonly options: FastifyAnswerCacheOptions) {}

  /**
   * To be asked with a request's body before it is parsed; true means that there is an answer and nothing need be parsed.
   * What lies in memory and belongs to somebody who is known at once is found without waiting.
   */
  consult(request: FastifyRequest, body: Buffer | undefined): boolean | Promise<boolean> {
    if (body?.length === 0 || !this.options.asksQuestion(request)) return false;
    if (body !== undefined && mayHaveEffects(body)) return this.#pass(request, { kind: 'method' });
    if (asksPastCaches(request)) return this.#pass(request, { kind: 'request' });
    const id = questionId(request, body);
    const scope = this.options.scopeOf(request);
    if (!(scope instanceof Promise)) return this.#consultAs(request, body, { id, scope });
    return scope.then(
      (values) => this.#consultAs(request, body, { id, scope: values }),
      () => false, // the application has its own answer to a token that is not valid
    );
  }

  /** @param server gets the hooks that send what was found and store what was made. */
  attach(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      if (this.options.asksQuestion(request)) this.#replies.set(request, reply.raw);
      done();
    });
    server.addHook('preValidation', async (request) => {
      if (request.method === 'GET') await this.consult(request, undefined);
    });
    server.addHook('preHandler', (request, _reply, done) => {
      const state = this.#states.get(request);
      if (state === undefined || state.kind === 'answered') return done();
      recordReads(state.kind === 'making' ? state.making.recorder : state.recorder, done);
    });
    server.addHook('onRoute', (route) => {
      // Last before the handler, behind whatever limits there are: those of a route run after those of the server.
      route.preHandler = [route.preHandler ?? [], this.#sendAnswer].flat();
    });
    server.addHook('onSend', (request, reply, payload, done) => {
      const state = this.#states.get(request);
      if (state === undefined || state.kind === 'answered') return done(null, payload);
      done(null, this.#finish(request, reply, state, payload));
    });
  }

  readonly #sendAnswer = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const state = this.#states.get(request);
    if (state?.kind === 'answered') this.#send(request, reply, state);
    else done();
  };

  #consultAs(
    request: FastifyRequest,
    body: Buffer | undefined,
    question: Question,
  ): boolean | Promise<boolean> {
    const seen = seenBy(request);
    const answer = this.options.answering.findNow(question, seen);
    if (answer === undefined) return this.#consultSlowly(request, askedBy(request, body), question, seen);
    this.#states.set(request, { kind: 'answered', answer, layer: 'memory' });
    return true;
  }

  async #consultSlowly(
    request: FastifyRequest,
    asked: AskedQuestion,
    question: Question,
    seen: number,
  ): Promise<boolean> {
    const consulted = await this.options.answering.consult(question, seen);
    if (consulted.kind === 'answer') {
      const { answer, layer } = consulted;
      if (layer === 'shared') this.#adopt(request, asked, answer);
      const unkept = layer === 'flight' && !consulted.mayBeKept ? toHttpReason(consulted.reason) : undefined;
      this.#states.set(request, { kind: 'answered', answer, layer, ...(unkept && { unkept }) });
      return true;
    }
    const { making, reason } = consulted;
    this.#states.set(request, { kind: 'making', making, reason: toHttpReason(reason), asked });
    this.#abandonWhenGone(request, making);
    return false;
  }

  #adopt(request: FastifyRequest, asked: AskedQuestion, answer: CachedAnswer): void {
    answer.question = keptQuestion(asked, answer);
    this.options.observer.adopted(answer, this.#askerOf(request));
  }

  #askerOf(request: FastifyRequest): Asker {
    return this.options.isOwn(request) ? 'ourselves' : 'somebody';
  }

  /** Others wait for it: however a request ends, its work must. Nothing happens when it was completed. */
  #abandonWhenGone(request: FastifyRequest, making: Making): void {
    const response = this.#replies.get(request);
    if (response === undefined || response.destroyed) making.abandon();
    else response.once('close', () => making.abandon());
  }

  #pass(request: FastifyRequest, why: MissReason): false {
    const recorder = this.options.answering.recorder();
    recorder.refuse(why.kind);
    this.#states.set(request, { kind: 'passing', recorder, why });
    return false;
  }

  #send(request: FastifyRequest, reply: FastifyReply, { answer, layer, unkept }: Answered): void {
    if (!this.options.isOwn(request)) {
      answer.hits += 1;
      this.options.observer.hit(answer);
    }
    const acceptable = this.#negotiation.acceptable(request.headers['accept-encoding']);
    const held = evaluateIfNoneMatch(ifNoneMatch(request), answer.contentHash, acceptable);
    const { coding, body } = this.options.encoder.formOf(answer, acceptable);
    const head = unkept ? this.#passingHeadOf(answer, coding, unkept) : this.#headOf(answer, coding, layer);
    reply.hijack();
    const { raw } = reply;
    const own = reply.getHeaders();
    for (const name in own) raw.setHeader(name, own[name] as string);
    if (held.kind === 'not-modified') {
      raw.writeHead(304, { ...head.common, etag: held.etag }).end();
    } else {
      raw.writeHead(200, head.full).end(body);
    }
  }

  /** Made once a second for each form of an answer: nothing in it changes more often. */
  #headOf(answer: CachedAnswer, coding: ContentCoding, layer: AnswerLayer): PreparedHead {
    const nowMs = this.options.nowMs();
    const second = Math.floor(nowMs / 1_000);
    const key = `${coding} ${layer}`;
    const prepared = answer.heads.get(key);
    if (prepared?.second === second) return prepared;
    const outcome: CacheOutcome = { kind: 'hit', ttlMs: answer.expiresAtMs - nowMs, key: layer };
    const { form, common } = this.#headersOf(answer, coding, outcome);
    const made = { second, common, full: { ...common, ...form } };
    answer.heads.set(key, made);
    return made;
  }

  #passingHeadOf(answer: CachedAnswer, coding: ContentCoding, why: MissReason) {
    const common = {
      'Cache-Control': 'no-store',
      'Cache-Status': cacheStatus({ kind: 'collapsed', why }),
    };
    return { common, full: { ...common, ...formOf(answer, coding) } };
  }

  #headersOf(answer: CachedAnswer, coding: ContentCoding, outcome: CacheOutcome) {
    return {
      form: formOf(answer, coding),
      common: { ...this.#cacheHeadersOf(answer), 'Cache-Status': cacheStatus(outcome) },
    };
  }

  #cacheHeadersOf(answer: CachedAnswer): Readonly<Record<string, string>> {
    return cacheHeaders(
      {
        scope: answer.scope === 'public' ? 'public' : 'private',
        ttlMs: answer.expiresAtMs - answer.storedAtMs,
        staleWhileRevalidateMs: 0,
        staleIfErrorMs: 0,
        ageMs: this.options.nowMs() - answer.storedAtMs,
      },
      {
        vary: answer.scope === 'public' ? ['Accept'] : ['Accept', 'Authorization'],
        clientMaxAgeMs: 0,
        surrogateKeys: this.options.surrogateKeysOf(answer),
        cdnLifetimeIn: 'cdn-cache-control',
      },
    );
  }

  #finish(
    request: FastifyRequest,
    reply: FastifyReply,
    state: Exclude<State, { kind: 'answered' }>,
    payload: unknown,
  ): unknown {
    const recorder = state.kind === 'making' ? state.making.recorder : state.recorder;
    if (recorder.wroteAt > 0) void reply.header(seenHeader, String(recorder.wroteAt));
    if (state.kind === 'passing') {
      void reply.header('cache-status', cacheStatus({ kind: 'not-stored', why: state.why }));
      return payload;
    }
    const answer = keep(state.making, reply, payload);
    if (answer === undefined) {
      const { description } = recorder;
      if (description !== undefined && !this.options.isOwn(request))
        this.options.observer.unkept(description.operation);
      const refusal: StoreRefusal = recorder.obstacle === undefined ? 'changed-meanwhile' : 'not-admitted';
      void reply.header('cache-status', cacheStatus({ kind: 'not-stored', why: state.reason, refusal }));
      return payload;
    }
    answer.question = keptQuestion(state.asked, answer);
    const replacesDead = state.reason.kind === 'invalidated';
    this.options.observer.kept(answer, { by: this.#askerOf(request), replacesDead });
    const ttlMs = answer.expiresAtMs - answer.storedAtMs;
    const etag = etagOf(answer.contentHash, 'identity');
    void reply
      .headers({ ...this.#cacheHeadersOf(answer), etag })
      .header('cache-status', cacheStatus({ kind: 'stored', why: state.reason, ttlMs }));
    const held = evaluateIfNoneMatch(ifNoneMatch(request), answer.contentHash, ['identity']);
    if (held.kind === 'modified') return payload;
    void reply.code(304).removeHeader('content-length');
    return '';
  }
}

function formOf(answer: CachedAnswer, coding: ContentCoding) {
  const body = coding === 'identity' ? answer.body : (answer.encoded.get(coding) ?? answer.body);
  return {
    'Content-Type': answer.contentType,
    'Content-Length': String(body.length),
    ...(coding !== 'identity' && { 'Content-Encoding': coding }),
    ETag: etagOf(answer.contentHash, coding),
  };
}

/** Stores what is about to be sent, if it is a whole answer that may be kept. */
function keep(making: Making, reply: FastifyReply, payload: unknown): CachedAnswer | undefined {
  const { description } = making.recorder;
  const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
  if (description === undefined || !isWhole || reply.statusCode !== 200 || reply.hasHeader('set-cookie')) {
    making.refuse();
    return undefined;
  }
  return making.complete({
    ...description,
    body: Buffer.from(payload),
    contentType: String(reply.getHeader('content-type')),
  });
}

/** RFC 9111 §5.2.1: the client wants an answer made for it. */
function asksPastCaches({ headers }: FastifyRequest): boolean {
  return headers['cache-control'] !== undefined && /\bno-(?:cache|store)\b/i.test(headers['cache-control']);
}

function askedBy({ method, url, headers }: FastifyRequest, body: Buffer | undefined): AskedQuestion {
  return { method, path: url, accept: headers.accept, body };
}

function questionId({ method, url, headers }: FastifyRequest, body: Buffer | undefined): string {
  return idOfQuestion({ method, path: url, accept: headers.accept, body });
}

/** 304 belongs to GET (RFC 9110 §13.1.2). */
function ifNoneMatch(request: FastifyRequest): string | undefined {
  return request.method === 'GET' ? request.headers['if-none-match'] : undefined;
}

function seenBy(request: FastifyRequest): number {
  const seen = Number(request.headers[seenHeader]);
  return Number.isSafeInteger(seen) ? seen : 0;
}

function toHttpReason(reason: AnswerMissReason | BypassReason): MissReason {
  if (reason.kind === 'behind') return { kind: 'unsynced' };
  if (reason.kind !== 'invalidated') return reason;
  return reason.by.reason === 'moved' ? { kind: 'invalidated', tag: reason.by.tag } : { kind: 'unsynced' };
}
