/** Tells a GET that any web page could have made a browser send from one that a client of the API has sent. */
import type { FastifyRequest } from 'fastify';

/** Browsers ask first before they send any of these to another site; Apollo Server's CSRF prevention looks for the same. */
export const preflightHeaders = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'content-type',
] as const;

/** In doubt it is: Apollo then decides, and the cache has no part in it. */
export function isForgeableGet({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const isNamed = [headers['apollo-require-preflight'], headers['x-apollo-operation-name']].some(
    (value) => value !== undefined && value.length > 0,
  );
  return !isNamed && !/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}
