/** Asks the application's own HTTP server, without a socket: hooks, limits, guards and resolvers are those of a client. */
import type { FastifyInstance } from 'fastify';
import { cacheControlOf, mayHaveEffects, type AskAgain } from '../core/kept-question.js';

/** Runs the work so that requests made in it are known as the process' own, of a viewer with this role. */
export type AsRole = <T>(role: string | undefined, work: () => Promise<T>) => Promise<T>;

export function selfAsker(server: FastifyInstance, asRole: AsRole): AskAgain {
  return (question, how) =>
    asRole(question.role, async () => {
      const { method, path, accept, body } = question;
      // The list of questions lies in Redis, where others may write as well.
      if (body !== undefined && mayHaveEffects(Buffer.from(body)))
        throw new Error('Only questions are asked again.');
      const { statusCode, rawPayload } = await server.inject({
        method,
        url: path,
        headers: {
          ...(accept !== undefined && { accept }),
          ...(body === undefined
            ? { 'apollo-require-preflight': '1' }
            : { 'content-type': 'application/json' }),
          ...(how !== 'into the cache' && { 'cache-control': cacheControlOf[how] }),
        },
        ...(body !== undefined && { payload: body }),
      });
      return { status: statusCode, body: rawPayload };
    });
}
