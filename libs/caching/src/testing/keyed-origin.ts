/** A small API that answers with the headers of this library: every path is an answer of its own, described by the test. */
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { EncodingNegotiation, type ContentCoding } from '../core/http/accept-encoding.js';
import { cacheStatus } from '../core/http/cache-status.js';
import { contentHash, etagOf, evaluateIfNoneMatch } from '../core/http/etag.js';
import { cacheHeaders, type CachePolicy } from '../core/http/response-headers.js';
import { surrogateKeys } from '../core/http/surrogate-keys.js';

export interface OriginAnswer {
  body: string;
  readonly tags: readonly string[];
  readonly policy?: Partial<CachePolicy>;
  /** Sent besides, or instead of, what the library writes. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Between reading the content and sending it, where a change may come in. */
  readonly beforeSending?: () => Promise<void>;
}

export interface KeyedOrigin {
  readonly port: number;
  readonly answers: Map<string, OriginAnswer>;
  /** `METHOD path status` of all that was asked here. */
  readonly served: readonly string[];
  close(): Promise<void>;
}

const publicFor5Minutes: CachePolicy = {
  scope: 'public',
  ttlMs: 300_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  ageMs: 0,
};
const negotiation = new EncodingNegotiation(['br', 'gzip']);

function encoded(body: Buffer, coding: ContentCoding): Buffer {
  if (coding === 'br') return brotliCompressSync(body);
  return coding === 'gzip' ? gzipSync(body) : body;
}

async function send(answer: OriginAnswer, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const body = Buffer.from(answer.body);
  await answer.beforeSending?.();
  const hash = contentHash(body);
  const acceptable = negotiation.acceptable(request.headers['accept-encoding']);
  const [coding = 'identity'] = acceptable;
  const keys = surrogateKeys(['varnish'], answer.tags, () => undefined);
  const headers = cacheHeaders(
    { ...publicFor5Minutes, ...answer.policy },
    { vary: [], clientMaxAgeMs: 0, surrogateKeys: keys, cdnLifetimeIn: 'cdn-cache-control' },
  );
  const status = cacheStatus({ kind: 'not-stored', why: { kind: 'never-stored' } });
  reply.headers({ ...headers, 'Cache-Status': status, ...answer.headers });
  const precondition = evaluateIfNoneMatch(request.headers['if-none-match'], hash, acceptable);
  if (precondition.kind === 'not-modified') {
    await reply.code(304).header('etag', precondition.etag).send();
    return;
  }
  if (coding !== 'identity') reply.header('content-encoding', coding);
  await reply
    .header('etag', etagOf(hash, coding))
    .header('content-type', 'application/json')
    .send(encoded(body, coding));
}

export async function startKeyedOrigin(): Promise<KeyedOrigin> {
  const answers = new Map<string, OriginAnswer>();
  const served: string[] = [];
  const app = Fastify();
  app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
    served.push(`${method} ${url} ${statusCode}`);
  });
  app.all('/*', async (request, reply) => {
    const answer = answers.get(request.url);
    if (answer === undefined) await reply.code(404).send();
    else await send(answer, request, reply);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { port, answers, served, close: () => app.close() };
}
