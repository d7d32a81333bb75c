/** Refuses methods that the GraphQL endpoint does not have as that, and not as a missing page. */
import type { FastifyInstance } from 'fastify';
import { isGraphqlPath, sendFailure } from './http-error.filter.js';

/** GraphQL over HTTP, section 4: GET and POST. OPTIONS is CORS's. */
const methods = new Set(['GET', 'POST', 'OPTIONS']);

export function allowGraphqlMethods(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (methods.has(request.method) || !isGraphqlPath(request.url)) return done();
    void sendFailure(request, reply.header('allow', 'GET, POST'), {
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      message: `/graphql does not answer ${request.method}; use POST, or GET for queries.`,
    });
  });
}
