/**
 * Puts our cache before an origin, for tests that know caches only as proxies. The cache is the real one, with its Fastify hooks,
 * memory, fence, scopes and tags; an application's place behind it is taken by a request to the origin.
 *
 * The cache answers under fields of its own making, and the suite looks for the origin's. Outside the cache they are put back,
 * and the origin's entity tags are renamed to ours and back again, so that what counts remains ours: which answer is given,
 * with which status and body, `Age`, `Content-Type`, and whether there is an `ETag`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
} from 'fastify';
import { FastifyAnswerCache } from '../../../libs/caching/src/adapters/fastify-answer-cache.js';
import { MemoryInvalidationLog } from '../../../libs/caching/src/adapters/memory-invalidation-log.js';
import { zlibCompress } from '../../../libs/caching/src/adapters/zlib-compress.js';
import { AnswerCache } from '../../../libs/caching/src/core/answer-cache.js';
import { AnswerEncoder } from '../../../libs/caching/src/core/answer-encoder.js';
import { AnswerHeaders } from '../../../libs/caching/src/core/answer-headers.js';
import type { AnswerObserver } from '../../../libs/caching/src/core/answer-uses.js';
import { AnswerRefresher } from '../../../libs/caching/src/core/answer-refresher.js';
import { Answering } from '../../../libs/caching/src/core/answering.js';
import { ByteBudgetStore } from '../../../libs/caching/src/core/byte-budget-store.js';
import type { CachedAnswer } from '../../../libs/caching/src/core/cached-answer.js';
import { Fence } from '../../../libs/caching/src/core/fence.js';
import { Invalidator } from '../../../libs/caching/src/core/invalidator.js';
import {
  cacheControlOf,
  type AskAgain,
  type KeptQuestion,
} from '../../../libs/caching/src/core/kept-question.js';
import { currentReads } from '../../../libs/caching/src/core/reads-recorder.js';
import { noSharedStore } from '../../../libs/caching/src/core/shared-store.js';
import { askerOf, toldBy } from './told.js';

interface OriginAnswer {
  readonly status: number;
  /** Without those that are the connection's. */
  readonly fields: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Exchange {
  /** As the client has sent them. */
  readonly asked: IncomingHttpHeaders;
  /** True for what the cache asks itself, to make an answer anew. */
  readonly isOwn: boolean;
  /** What the client's answer comes from, made now or long ago. */
  origin: OriginAnswer | undefined;
}

const ofConnections = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);
const ourOwn = ['age', 'cache-status', 'content-encoding', 'content-length', 'content-type'];
const safeMethods = new Set(['GET', 'HEAD']);
const nowMs = () => Date.now();
const pause = (ms: number) => delay(ms);

export class CachingProxy {
  readonly #exchanges = new AsyncLocalStorage<Exchange>();
  readonly #fence = new Fence();
  readonly #log = new MemoryInvalidationLog();
  readonly #invalidator = new Invalidator(this.#fence, this.#log);
  readonly #origins = new WeakMap<CachedAnswer, OriginAnswer>();
  /** For each path, ours by the origin's. */
  readonly #tags = new Map<string, Map<string, string>>();
  readonly #app: FastifyInstance;
  readonly #server = createServer((request, response) => {
    this.#serve(request).then(
      ({ status, fields, body }) => response.writeHead(status, fields).end(body),
      () => response.writeHead(502).end(),
    );
  });

  private constructor(private readonly originUrl: string) {
    this.#app = this.#appBehindCache();
  }

  static async start(originUrl: string): Promise<CachingProxy> {
    const proxy = new CachingProxy(originUrl);
    await proxy.#log.start(proxy.#fence);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#app.close();
  }

  #appBehindCache(): FastifyInstance {
    const app = Fastify().addHttpMethod('M-SEARCH', { hasBody: true });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    this.#cache().attach(app);
    app.all('/*', (request, reply) => this.#makeAnswer(request, reply));
    return app;
  }

  #cache(): FastifyAnswerCache {
    const fence = this.#fence;
    const memory = new ByteBudgetStore<CachedAnswer>({
      budgetBytes: 16_777_216,
      onRemoved: (_key, answer) => fence.release(answer.cells),
    });
    const cache = new AnswerCache({ fence, memory, shared: noSharedStore, nowMs });
    const { random } = Math;
    const answering = new Answering({ fence, log: this.#log, cache, nowMs, pause, random });
    const askAgain: AskAgain = (question, how) => this.#askAgain(question, how);
    const refresher = new AnswerRefresher({ askAgain, isBusy: () => false, nowMs, random });
    answering.refresher = refresher;
    return new FastifyAnswerCache({
      answering,
      encoder: new AnswerEncoder(zlibCompress, (answer) => cache.resize(answer)),
      headers: new AnswerHeaders({
        nowMs,
        hasCdn: false,
        surrogateKeysOf: () => undefined,
        cdnLifetimeIn: 'cdn-cache-control',
      }),
      asksQuestion: ({ method, url }) => method === 'GET' && url.startsWith('/test/'),
      scopeOf: ({ headers }) => askerOf(headers),
      isOwn: () => this.#exchange.isOwn,
      observer: this.#observer(refresher),
      isForgeable: () => false,
      forgeryHeaders: [],
    });
  }

  async #askAgain({ path }: KeptQuestion, how: Parameters<AskAgain>[1]): ReturnType<AskAgain> {
    const headers = how === 'into the cache' ? {} : { 'cache-control': cacheControlOf[how] };
    const exchange: Exchange = { asked: {}, isOwn: true, origin: undefined };
    const { statusCode, rawPayload } = await this.#exchanges.run(exchange, () =>
      this.#app.inject({ method: 'GET', url: path, headers }),
    );
    return { status: statusCode, body: rawPayload };
  }

  #observer(refresher: AnswerRefresher): AnswerObserver {
    return {
      kept: (answer) => {
        const origin = this.#exchange.origin;
        if (origin !== undefined) this.#origins.set(answer, origin);
        const tag = origin?.fields.etag;
        if (tag !== undefined) this.#tagsOf(answer.operation).set(opaquePartOf(tag), answer.contentHash);
      },
      hit: (answer) => {
        this.#exchange.origin = this.#origins.get(answer);
        refresher.hit(answer);
      },
      adopted: () => undefined,
      unkept: () => undefined,
    };
  }

  get #exchange(): Exchange {
    const exchange = this.#exchanges.getStore();
    if (exchange === undefined) throw new Error('Nobody has asked for this.');
    return exchange;
  }

  #tagsOf(path: string): Map<string, string> {
    const tags = this.#tags.get(path) ?? new Map<string, string>();
    this.#tags.set(path, tags);
    return tags;
  }

  async #serve(request: IncomingMessage): Promise<OriginAnswer> {
    const { method, url = '/', headers } = request;
    const exchange: Exchange = { asked: headers, isOwn: false, origin: undefined };
    const payload = await buffer(request);
    const inside = await this.#exchanges.run(exchange, async () => {
      const asked = { method: method as HTTPMethods, url, headers: this.#withOurTags(url, headers) };
      return await this.#app.inject({ ...asked, ...(payload.length > 0 && { payload }) });
    });
    const ours = inside.headers as IncomingHttpHeaders;
    const { origin } = exchange;
    const fields = origin === undefined ? ours : withFieldsOf(origin, ours);
    return { status: inside.statusCode, fields, body: inside.rawPayload };
  }

  #withOurTags(path: string, asked: IncomingHttpHeaders): IncomingHttpHeaders {
    let tags = asked['if-none-match'];
    if (tags === undefined) return asked;
    for (const [theirs, ours] of this.#tagsOf(path)) tags = tags.replaceAll(theirs, ours);
    return { ...asked, 'if-none-match': tags };
  }

  async #makeAnswer({ method, url, body }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const exchange = this.#exchange;
    const origin = await this.#askOrigin(method, url, exchange.asked, body as Buffer | undefined);
    exchange.origin = origin;
    const { status, fields } = origin;
    if (!safeMethods.has(method) && status < 400)
      await this.#invalidator.invalidateTags(written(url, fields));
    const told = toldBy(fields, exchange.asked);
    const reads = currentReads();
    if (told !== undefined && reads !== undefined) {
      reads.dependOn([url]);
      reads.narrow(told.scope);
      reads.description = { operation: url, aging: [told.aging], kind: 'value' };
    }
    return reply.code(status).headers(fields).send(origin.body);
  }

  async #askOrigin(
    method: string,
    path: string,
    asked: IncomingHttpHeaders,
    body: Buffer | undefined,
  ): Promise<OriginAnswer> {
    const request = ask(this.originUrl + path, { method, headers: endToEnd(asked), agent: false });
    request.on('error', () => undefined); // also behind an answer: some tests send more than they say
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return {
      status: response.statusCode ?? 502,
      fields: endToEnd(response.headers),
      body: await buffer(response),
    };
  }
}

function endToEnd(fields: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !ofConnections.has(name)));
}

/** A write by a URL ends what was made of it, and of those that its answer names (RFC 9111 §4.4). */
function written(path: string, fields: IncomingHttpHeaders): string[] {
  const named = [fields.location, fields['content-location']].filter((value) => value !== undefined);
  return [path, ...named.map((value) => new URL(value, `http://origin${path}`).pathname)];
}

function withFieldsOf({ fields }: OriginAnswer, ours: IncomingHttpHeaders): IncomingHttpHeaders {
  const { etag, ...others } = fields;
  const own = ourOwn.filter((name) => ours[name] !== undefined).map((name) => [name, ours[name]]);
  return {
    ...others,
    ...Object.fromEntries(own),
    ...(ours.etag !== undefined && etag !== undefined && { etag }),
  };
}

function opaquePartOf(tag: string): string {
  return /"([^"]*)"/.exec(tag)?.[1] ?? tag;
}
