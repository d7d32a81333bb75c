/** Asks by GET for a document that the server knows by its hash, as stock clients do. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Variables } from './graphql-client.js';

export interface GotAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came, in whatever coding. */
  readonly body: Buffer;
  readonly cacheStatus: string;
}

export type RequestHeaders = Readonly<Record<string, string>>;

/** No link of a web page sends this. */
export const ownClient: RequestHeaders = { 'apollo-require-preflight': '1' };

/** Unlike `fetch`, adds no header of its own and decodes nothing. */
export async function get(url: URL, headers: RequestHeaders = ownClient, method = 'GET'): Promise<GotAnswer> {
  const sent = request(url, { method, headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await buffer(response),
    cacheStatus: String(response.headers['cache-status'] ?? ''),
  };
}

/** Teaches the server the document and returns the path by which it is asked for from then on. */
export async function persist(apiUrl: string, query: string, variables: Variables = {}): Promise<string> {
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables, extensions }),
  });
  const search = new URLSearchParams({
    variables: JSON.stringify(variables),
    extensions: JSON.stringify(extensions),
  });
  return `/graphql?${search.toString()}`;
}
