/** Tells the cache what only this application knows: which requests ask questions, who asks, and what must not be answered. */
import { HttpAnswers, type Consult } from '@app/caching';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { asRole, ownViewer } from '../access/own-requests.js';
import { isForgeableGet, preflightHeaders } from '../http/cross-site-get.js';
import { HttpViewers } from '../http/http-viewers.js';
import { hashOfSchema } from './schema-hash.js';

/** Call it behind whatever protects and limits: an answer that lies ready counts like any other. */
export function bindCache(app: NestFastifyApplication): Consult {
  const viewers = app.get(HttpViewers, { strict: false });
  return app.get(HttpAnswers, { strict: false }).attach(app.getHttpAdapter().getInstance(), {
    asksQuestion: ({ url }) => url === '/graphql' || url.startsWith('/graphql?'),
    scopeOf: (request) => viewers.scopeOf(request),
    isOwn: (request) => ownViewer(request) !== undefined,
    asRole,
    schemaHash: () => hashOfSchema(app.get(GraphQLSchemaHost, { strict: false }).schema),
    isForgeable: isForgeableGet,
    forgeryHeaders: preflightHeaders,
  });
}
