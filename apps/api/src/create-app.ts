/** Builds the HTTP application, ready to listen: adapter, protections, error answers. */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { seenHeader } from '@app/caching';
import { createPino, PlatformLogger } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { knowOwnRequests } from './access/own-requests.js';
import { AppModule } from './app.module.js';
import type { Environment } from './config/env.js';
import { bindCache } from './graphql/bind-cache.js';
import { serveGraphiql } from './graphql/graphiql.js';
import { SubscriptionServer } from './graphql/subscription-server.js';
import { allowGraphqlMethods } from './http/allowed-methods.js';
import { limitBatches } from './http/batch-limit.js';
import { answerBrokenRequest, answerUnroutable } from './http/broken-requests.js';
import { Drain } from './http/drain.js';
import { HttpErrorFilter } from './http/http-error.filter.js';
import { HttpViewers } from './http/http-viewers.js';
import { readJsonBodies } from './http/json-body.js';
import { limitRequests, RequestAllowance } from './http/rate-limit.js';
import { asksForSocket, SocketUpgrades } from './http/socket-upgrades.js';
import { LiveSocketAdapter } from './live/live-socket.adapter.js';
import { followRequests, requestIdOf } from './http/request-lifecycle.js';

function createAdapter(env: Environment): FastifyAdapter {
  return new FastifyAdapter({
    genReqId: requestIdOf,
    bodyLimit: env.BODY_LIMIT_BYTES,
    trustProxy: env.TRUST_PROXY.length === 0 ? false : env.TRUST_PROXY,
    // What trickles in must not hold a connection longer than an answer may take. Node looks every half a minute unless
    // told otherwise, and ignores a limit for the whole that is below the one for the headers.
    requestTimeout: env.REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: env.REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 1_000,
      shouldUpgradeCallback: asksForSocket,
    },
    routerOptions: { maxParamLength: 300 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerUnroutable,
  });
}

async function protect(app: NestFastifyApplication, env: Environment): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  await app.register(cors, {
    origin: env.CORS_ORIGINS,
    credentials: true,
    methods: ['GET', 'POST', 'OPTIONS'],
    exposedHeaders: ['x-request-id', 'retry-after', seenHeader, 'cache-status'],
    maxAge: 600,
  });
  const viewers = app.get(HttpViewers, { strict: false });
  await limitRequests(
    app.getHttpAdapter().getInstance(),
    app.get(RequestAllowance, { strict: false }),
    (request) => viewers.rateLimitKey(request),
  );
}

export async function createApp(env: Environment): Promise<NestFastifyApplication> {
  const logger = new PlatformLogger(createPino(env.LOG_LEVEL));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(env), createAdapter(env), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new HttpErrorFilter(logger));
  const server = app.getHttpAdapter().getInstance();
  const drain = app.get(Drain, { strict: false });
  const subscriptions = app.get(SubscriptionServer, { strict: false });
  knowOwnRequests(server);
  const upgrades = new SocketUpgrades();
  upgrades.attach(server);
  subscriptions.attach(upgrades);
  const live = new LiveSocketAdapter(upgrades, () => drain.isDraining);
  app.useWebSocketAdapter(live);
  followRequests(server, env.REQUEST_TIMEOUT_MS);
  await protect(app, env);
  readJsonBodies(app, env.BODY_LIMIT_BYTES, env.CACHE_ENABLED ? bindCache(app) : () => false);
  drain.follow(server);
  allowGraphqlMethods(server);
  limitBatches(server, env.GRAPHQL_MAX_BATCH);
  if (env.isDevelopment) serveGraphiql(server);
  // Before the listener closes: it waits for every connection, and open sockets would never end by themselves.
  server.addHook('preClose', async () => {
    await drain.begin();
    await Promise.all([subscriptions.close(), live.farewell()]);
  });
  return app;
}
