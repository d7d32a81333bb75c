/** Serves the schema: Apollo on Fastify, with the limits, the error format and the subscriptions' socket. */
import { PlatformLogger } from '@app/platform';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { ENVIRONMENT } from '../config/environment.module.js';
import type { Environment } from '../config/env.js';
import { HttpViewers } from '../http/http-viewers.js';
import { HttpModule } from '../http/http.module.js';
import { documentLimits } from './document-limits.js';
import { createErrorFormat } from './error-format.js';
import type { GraphContext } from './graph-context.js';
import { RelayModule } from './relay/relay.module.js';
import { requestLimitsPlugin } from './request-limits.plugin.js';
import { schemaOptions } from './schema.js';
import { SubscriptionServer } from './subscription-server.js';

export function limitsOf(env: Environment) {
  return documentLimits({
    maxDepth: env.GRAPHQL_MAX_DEPTH,
    maxAliases: env.GRAPHQL_MAX_ALIASES,
    // A document cannot spell out more fields than it has tokens; fragments must not multiply it beyond that either.
    maxFields: env.GRAPHQL_MAX_TOKENS,
  });
}

function driverConfig(env: Environment, viewers: HttpViewers, logger: PlatformLogger): ApolloDriverConfig {
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
    // Roles are asked for on single fields as well.
    fieldResolverEnhancers: ['guards'],
    parseOptions: { maxTokens: env.GRAPHQL_MAX_TOKENS },
    validationRules: [limitsOf(env)],
    plugins: [requestLimitsPlugin(env.GRAPHQL_MAX_COST)],
    formatError: createErrorFormat(logger),
    context: async (request: FastifyRequest): Promise<GraphContext> => ({
      viewer: await viewers.of(request),
      requestId: request.id,
      clientAddress: request.ip,
      isLive: false,
      req: request,
    }),
  };
}

@Module({
  imports: [
    RelayModule,
    HttpModule,
    GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      imports: [HttpModule],
      inject: [ENVIRONMENT, HttpViewers, PlatformLogger],
      useFactory: driverConfig,
    }),
  ],
  providers: [SubscriptionServer],
  exports: [GraphQLModule],
})
export class GraphqlModule {}
