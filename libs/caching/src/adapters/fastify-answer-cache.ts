/** Answers HTTP requests with stored bytes before anybody parses them, and stores what the others are answered with. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Question } from '../core/answer-cache.js';
import type { AnswerEncoder } from '../core/answer-encoder.js';
import { toHttpReason, withVary, type AnswerHeaders, type Chosen } from '../core/answer-headers.js';
import type { AnswerObserver, Asker } from '../core/answer-uses.js';
import type { Answering, AnswerLayer, Consulted, Making } from '../core/answering.js';
import type { CachedAnswer, PreparedHead } from '../core/cached-answer.js';
import { EncodingNegotiation, type ContentCoding } from '../core/http/accept-encoding.js';
import { cacheStatus, type MissReason, type StoreRefusal } from '../core/http/cache-status.js';
import { etagOf, evaluateIfNoneMatch } from '../core/http/etag.js';
import { cacheControlOf, hidesDocument, keptQuestion, type AskedQuestion } from '../core/kept-question.js';
import { QuestionNames } from '../core/question-names.js';
import { RecentMap } from '../core/recent-map.js';
import { recordReads, type ReadsRecorder } from '../core/reads-recorder.js';
import type { ScopeValues } from '../core/scope.js';

/** Sent back by a client, it makes what the client has written or seen elsewhere visible here, on whatever node. */
export const seenHeader = 'x-swiftlet-seen';

export interface FastifyAnswerCacheOptions {
  readonly answering: Answering;
  readonly encoder: AnswerEncoder;
  readonly headers: AnswerHeaders;
  /** True for requests that ask a question, with a body or without one: the only ones that are looked at. */
  readonly asksQuestion: (request: FastifyRequest) => boolean;
  /** Who asks. What it throws is left to the application to answer. */
  readonly scopeOf: (request: FastifyRequest) => ScopeValues | Promise<ScopeValues>;
  /** True for what the process asks itself, ahead of anybody. */
  readonly isOwn: (request: FastifyRequest) => boolean;
  readonly observer: AnswerObserver;
  /**
   * True for a GET that any web page could have made a browser send. The application refuses it, so it must not be answered
   * by what others were answered with either.
   */
  readonly isForgeable: (request: FastifyRequest) => boolean;
  /** The request headers that {@link isForgeable} looks at. */
  readonly forgeryHeaders: readonly string[];
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
  | {
      readonly kind: 'passing';
      readonly recorder: ReadsRecorder;
      readonly why: MissReason;
      /** Of what turns out to be a question or not. */
      readonly id?: string;
    };

type Answered = Extract<State, { readonly kind: 'answered' }>;
type Unanswered = Exclude<State, Answered>;

const byPost: Chosen = { by: [], isForCdn: false };

const stateKey = Symbol('swiftlet.cache.state');

/** A property, because a weak map costs more on each hit than all that is looked up in it. */
interface Watched extends FastifyRequest {
  [stateKey]?: State;
}

function stateOf(request: Watched): State | undefined {
  return request[stateKey];
}

function setState(request: Watched, state: State): void {
  request[stateKey] = state;
}

function recorderOf(state: Unanswered): ReadsRecorder {
  return state.kind === 'making' ? state.making.recorder : state.recorder;
}

/** The codings that are made, the best first. */
const codings = ['zstd', 'br', 'gzip'] as const;

const mostProven = 10_000;

export class FastifyAnswerCache {
  readonly #names = new QuestionNames();
  /** Those among what names its document by a hash that have been executed once, and changed nothing. */
  readonly #provenQuestions = new RecentMap<true>(mostProven);
  readonly #negotiation = new EncodingNegotiation(codings);
  readonly #getChoosers: readonly string[];

  constructor(private readonly options: FastifyAnswerCacheOptions) {
    this.#getChoosers = [...options.forgeryHeaders, seenHeader];
  }

  /**
   * To be asked with a request's body before it is parsed; true means that there is an answer and nothing need be parsed.
   * What lies in memory and belongs to somebody who is known at once is found without waiting.
   */
  consult(request: FastifyRequest, body: Buffer | undefined): boolean | Promise<boolean> {
    if (body?.length === 0 || !this.options.asksQuestion(request)) return false;
    const asked = askedBy(request, body);
    const id = this.#names.nameOf(asked);
    if (id === undefined) return this.#pass(request, { kind: 'method' });
    if (body === undefined && this.options.isForgeable(request))
      return this.#pass(request, { kind: 'request' });
    if (asksPastCaches(request)) return this.#pass(request, { kind: 'request' });
    const scope = this.options.scopeOf(request);
    if (!(scope instanceof Promise)) return this.#consultAs(request, asked, { id, scope });
    return scope.then(
      (values) => this.#consultAs(request, asked, { id, scope: values }),
      () => false, // the application has its own answer to a token that is not valid
    );
  }

  /** @param server gets the hooks that send what was found and store what was made. */
  attach(server: FastifyInstance): void {
    // A body has been consulted with by now, and what it led to has been made to end with its request.
    server.addHook('preValidation', (request, reply, done) => {
      const consulted = request.method === 'GET' && this.consult(request, undefined);
      if (typeof consulted !== 'boolean')
        return goOnAfter(consulted, (error) => {
          abandonWhenGone(stateOf(request), reply.raw);
          done(error ?? undefined);
        });
      abandonWhenGone(stateOf(request), reply.raw);
      return done();
    });
    server.addHook('preHandler', (request, _reply, done) => {
      const state = stateOf(request);
      if (state === undefined || state.kind === 'answered') return done();
      recordReads(recorderOf(state), done);
    });
    server.addHook('onRoute', (route) => {
      // Last before the handler, behind whatever limits there are: those of a route run after those of the server.
      route.preHandler = [route.preHandler ?? [], this.#sendAnswer].flat();
    });
    server.addHook('onSend', (request, reply, payload, done) => {
      const state = stateOf(request);
      if (state === undefined || state.kind === 'answered') return done(null, payload);
      const finished = this.#finish(request, reply, state, payload);
      return finished instanceof Promise ? goOnAfter(finished, done) : done(null, finished);
    });
  }

  readonly #sendAnswer = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const state = stateOf(request);
    if (state?.kind !== 'answered') return done();
    reply.hijack();
    if (state.unkept !== undefined || !this.options.headers.mayStayAtCdn(state.answer, this.#chosen(request)))
      return this.#send(request, reply, state);
    const send = () => this.#send(request, reply, state);
    this.options.encoder.prepare(state.answer, this.#acceptable(request)).then(send, send);
  };

  #consultAs(request: FastifyRequest, asked: AskedQuestion, question: Question): boolean | Promise<boolean> {
    const seen = seenBy(request);
    if (this.#renews(request)) return this.#settle(request, asked, this.options.answering.renew(question));
    const answer = this.options.answering.findNow(question, seen);
    if (answer === undefined) {
      // Not before: what has an answer in memory is a question, and a hit need not look through its body.
      if (this.#mayBeMutation(asked, question.id))
        return this.#pass(request, { kind: 'method' }, question.id);
      return this.#settle(request, asked, this.options.answering.consult(question, seen));
    }
    setState(request, { kind: 'answered', answer, layer: 'memory' });
    return true;
  }

  #mayBeMutation({ body }: AskedQuestion, id: string): boolean {
    return body !== undefined && hidesDocument(body) && this.#provenQuestions.get(id) !== true;
  }

  #renews(request: FastifyRequest): boolean {
    return request.headers['cache-control'] === cacheControlOf.anew && this.options.isOwn(request);
  }

  async #settle(
    request: FastifyRequest,
    asked: AskedQuestion,
    consulting: Promise<Consulted>,
  ): Promise<boolean> {
    const consulted = await consulting;
    if (consulted.kind === 'answer') {
      const { answer, layer } = consulted;
      if (layer === 'shared') this.#adopt(request, asked, answer);
      const unkept = layer === 'flight' && !consulted.mayBeKept ? toHttpReason(consulted.reason) : undefined;
      setState(request, { kind: 'answered', answer, layer, ...(unkept && { unkept }) });
      return true;
    }
    const { making, reason } = consulted;
    setState(request, { kind: 'making', making, reason: toHttpReason(reason), asked });
    return false;
  }

  #adopt(request: FastifyRequest, asked: AskedQuestion, answer: CachedAnswer): void {
    answer.question = keptQuestion(asked, answer);
    this.options.observer.adopted(answer, this.#askerOf(request));
  }

  #askerOf(request: FastifyRequest): Asker {
    return this.options.isOwn(request) ? 'ourselves' : 'somebody';
  }

  #pass(request: FastifyRequest, why: MissReason, id?: string): false {
    const recorder = this.options.answering.recorder();
    recorder.refuse(why.kind);
    setState(request, { kind: 'passing', recorder, why, ...(id !== undefined && { id }) });
    return false;
  }

  #send(request: FastifyRequest, reply: FastifyReply, { answer, layer, unkept }: Answered): void {
    if (!this.options.isOwn(request)) {
      answer.hits += 1;
      this.options.observer.hit(answer);
    }
    const acceptable = this.#acceptable(request);
    const held = evaluateIfNoneMatch(ifNoneMatch(request), answer.contentHash, acceptable);
    const { coding, body } = this.options.encoder.formOf(answer, acceptable);
    const own = reply.getHeaders();
    const chosen = this.#chosen(request);
    const { headers } = this.options;
    const form = { coding, layer, isForCdn: chosen.isForCdn, othersVary: varyIn(own) };
    const head =
      unkept === undefined ? headers.ofHit(answer, form, chosen) : headers.ofUnkept(answer, form, unkept);
    if (held.kind === 'not-modified') {
      reply.raw.writeHead(304, { ...merged(own, head.common), etag: held.etag }).end();
    } else {
      reply.raw.writeHead(200, merged(own, head.full)).end(body);
    }
  }

  /** A CDN keeps by method and URL: a body has no place in its key, nor has what a client has seen. */
  #chosen({ method, headers }: FastifyRequest): Chosen {
    if (method !== 'GET') return byPost;
    return { by: this.#getChoosers, isForCdn: headers[seenHeader] === undefined };
  }

  #finish(request: FastifyRequest, reply: FastifyReply, state: Unanswered, payload: unknown): unknown {
    const recorder = recorderOf(state);
    if (recorder.wroteAt > 0) void reply.header(seenHeader, String(recorder.wroteAt));
    if (state.kind === 'passing') {
      // Only questions are described.
      if (state.id !== undefined && recorder.description !== undefined)
        this.#provenQuestions.set(state.id, true);
      this.#forbidStoring(request, reply);
      void reply.header('cache-status', cacheStatus({ kind: 'not-stored', why: state.why }));
      return payload;
    }
    const answer = keep(state.making, reply, payload);
    const why: MissReason = recorder.isPartlyCached ? { kind: 'partial' } : state.reason;
    if (answer === undefined) {
      const { description } = recorder;
      if (description !== undefined && !this.options.isOwn(request))
        this.options.observer.unkept(description.operation);
      const refusal: StoreRefusal = recorder.obstacle === undefined ? 'changed-meanwhile' : 'not-admitted';
      this.#forbidStoring(request, reply);
      void reply.header('cache-status', cacheStatus({ kind: 'not-stored', why, refusal }));
      return payload;
    }
    answer.question = keptQuestion(state.asked, answer);
    const replacesDead = state.reason.kind === 'invalidated';
    this.options.observer.kept(answer, { by: this.#askerOf(request), replacesDead });
    return this.#sendMade(request, reply, answer, why);
  }

  /**
   * A CDN notes that a question's answer cannot be kept, for all who ask alike: a refused forgery must not be alike to those
   * who are answered.
   */
  #forbidStoring(request: FastifyRequest, reply: FastifyReply): void {
    const { by } = this.#chosen(request);
    void reply.headers(withVary({ 'CDN-Cache-Control': 'no-store' }, [reply.getHeader('vary') ?? '', ...by]));
  }

  /** Sends what was made as it is, and to a CDN, which keeps the first form that it gets, in the best form. */
  #sendMade(request: FastifyRequest, reply: FastifyReply, answer: CachedAnswer, why: MissReason): unknown {
    const chosen = this.#chosen(request);
    const headers = this.options.headers.ofAnswer(answer, chosen);
    const ttlMs = answer.window.freshUntilMs - answer.storedAtMs;
    void reply
      .headers({
        ...withVary(headers, reply.getHeader('vary')),
        etag: etagOf(answer.contentHash, 'identity'),
      })
      .header('cache-status', cacheStatus({ kind: 'stored', why, ttlMs }));
    const acceptable = this.#acceptable(request);
    const held = evaluateIfNoneMatch(ifNoneMatch(request), answer.contentHash, acceptable);
    if (held.kind === 'not-modified') {
      void reply.code(304).header('etag', held.etag).removeHeader('content-length');
      return '';
    }
    if (!this.options.headers.mayStayAtCdn(answer, chosen)) return answer.body;
    return this.options.encoder.prepare(answer, acceptable).then(() => {
      const { coding, body } = this.options.encoder.formOf(answer, acceptable);
      if (coding === 'identity') return body;
      const etag = etagOf(answer.contentHash, coding);
      void reply.headers({ 'content-encoding': coding, 'content-length': String(body.length), etag });
      return body;
    });
  }

  #acceptable(request: FastifyRequest): readonly ContentCoding[] {
    return this.#negotiation.acceptable(request.headers['accept-encoding']);
  }
}

/** Stores what is about to be sent, if it is a whole answer that may be kept. */
function keep(making: Making, reply: FastifyReply, payload: unknown): CachedAnswer | undefined {
  const { description } = making.recorder;
  const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
  if (reply.statusCode !== 200) {
    making.fail();
    return undefined;
  }
  if (description === undefined || !isWhole || reply.hasHeader('set-cookie')) {
    making.refuse();
    return undefined;
  }
  return making.complete({
    ...description,
    body: Buffer.from(payload),
    contentType: String(reply.getHeader('content-type')),
  });
}

/** For hooks that seldom have to wait: a promise for each request would cost more than the hook. */
function goOnAfter<Value>(work: Promise<Value>, done: (error: Error | null, value?: Value) => void): void {
  const go = (value: Value): void => done(null, value);
  work.then(go, done);
}

/** Others wait for it: however a request ends, its work must. Nothing happens when it was completed. */
function abandonWhenGone(state: State | undefined, response: ServerResponse): void {
  if (state?.kind !== 'making') return;
  if (response.destroyed) state.making.abandon();
  else response.once('close', () => state.making.abandon());
}

type ReplyHeaders = ReturnType<FastifyReply['getHeaders']>;

function varyIn({ vary }: ReplyHeaders): string | undefined {
  return vary === undefined ? undefined : String(vary);
}

/** All at once: each header that is set by itself is looked at again when the head is written. */
function merged(own: ReplyHeaders, head: PreparedHead['full']): OutgoingHttpHeaders {
  return { ...own, ...head } as OutgoingHttpHeaders;
}

/** RFC 9111 §5.2.1: the client wants an answer made for it. */
function asksPastCaches({ headers }: FastifyRequest): boolean {
  return headers['cache-control'] !== undefined && /\bno-(?:cache|store)\b/i.test(headers['cache-control']);
}

function askedBy({ method, url, headers }: FastifyRequest, body: Buffer | undefined): AskedQuestion {
  return { method, path: url, accept: headers.accept, body };
}

/** 304 belongs to GET (RFC 9110 §13.1.2). */
function ifNoneMatch(request: FastifyRequest): string | undefined {
  return request.method === 'GET' ? request.headers['if-none-match'] : undefined;
}

function seenBy(request: FastifyRequest): number {
  const seen = Number(request.headers[seenHeader]);
  return Number.isSafeInteger(seen) ? seen : 0;
}
