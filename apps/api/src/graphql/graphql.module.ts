/** Serves the schema: Apollo on Fastify, with the limits, the error format and the subscriptions' socket. */
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { currentReads, watchScope } from '@app/caching';
import { findAppError, PlatformLogger } from '@app/platform';
import type { Viewer } from '../access/viewer.js';
import { ENVIRONMENT } from '../config/environment.module.js';
import type { Environment } from '../config/env.js';
import { HttpViewers } from '../http/http-viewers.js';
import { HttpModule } from '../http/http.module.js';
import { CompiledDriver } from './execution/compiled.driver.js';
import { createErrorFormat, ERROR_FORMAT, type ErrorFormat } from './error-format.js';
import type { GraphContext } from './graph-context.js';
import { legacyStatusPlugin } from './legacy-status.plugin.js';
import { limitsOf } from './limits.js';
import { RelayModule } from './relay/relay.module.js';
import { requestLimitsPlugin } from './request-limits.plugin.js';
import { schemaOptions } from './schema.js';
import { SocketOperations } from './socket-operations.js';
import { SubscriptionServer } from './subscription-server.js';

/** Notes how far an answer may be shared that has looked at its viewer. */
function watchedViewer(viewer: Viewer): Viewer {
  const recorder = currentReads();
  if (recorder === undefined) return viewer;
  return watchScope(viewer, { role: 'role', customerId: 'user' }, (level) => recorder.lookedAt(level));
}

/** Apollo takes the status from the error that the context was not made for. */
async function graphContext(request: FastifyRequest, viewers: HttpViewers): Promise<GraphContext> {
  try {
    return {
      viewer: watchedViewer(await viewers.of(request)),
      requestId: request.id,
      clientAddress: () => {
        currentReads()?.narrow('unshared');
        return request.ip;
      },
      isLive: false,
      req: request,
    };
  } catch (error) {
    if (findAppError(error)?.kind !== 'UNAUTHENTICATED') throw error;
    throw new GraphQLError('The access token is not valid.', {
      originalError: error as Error,
      // RFC 6750, section 3.1
      extensions: {
        http: { status: 401, headers: new Map([['www-authenticate', 'Bearer error="invalid_token"']]) },
      },
    });
  }
}

function driverConfig(env: Environment, viewers: HttpViewers, formatError: ErrorFormat): ApolloDriverConfig {
  return {
    ...schemaOptions,
    path: '/graphql',
    graphiql: false,
    introspection: env.isDevelopment,
    csrfPrevention: true,
    allowBatchedHttpRequests: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    autoTransformHttpErrors: false,
    // Nest would make every answer with data a 200, those that ran out of time included.
    preserveHttpStatusForExecutionErrors: false,
    // Roles are asked for on single fields as well.
    fieldResolverEnhancers: ['guards'],
    parseOptions: { maxTokens: env.GRAPHQL_MAX_TOKENS },
    validationRules: [limitsOf(env)],
    plugins: [
      requestLimitsPlugin(env.GRAPHQL_MAX_COST),
      legacyStatusPlugin,
      // It would wrap every resolver to collect hints that this schema has none of.
      ApolloServerPluginCacheControlDisabled(),
    ],
    formatError,
    context: (request: FastifyRequest) => graphContext(request, viewers),
  };
}

@Module({
  providers: [
    {
      provide: ERROR_FORMAT,
      inject: [PlatformLogger, ENVIRONMENT],
      useFactory: (logger: PlatformLogger, env: Environment) =>
        createErrorFormat(logger, { hidesSuggestions: !env.isDevelopment }),
    },
  ],
  exports: [ERROR_FORMAT],
})
class ErrorFormatModule {}

@Module({
  imports: [
    RelayModule,
    HttpModule,
    ErrorFormatModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: CompiledDriver,
      imports: [HttpModule, ErrorFormatModule],
      inject: [ENVIRONMENT, HttpViewers, ERROR_FORMAT],
      useFactory: driverConfig,
    }),
  ],
  providers: [SocketOperations, SubscriptionServer],
  exports: [GraphQLModule],
})
export class GraphqlModule {}
