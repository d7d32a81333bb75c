/** Builds the HTTP application, ready to listen: adapter, protections, error answers. */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { createPino, PlatformLogger, REDIS } from '@app/platform';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import { AppModule } from './app.module.js';
import type { Environment } from './config/env.js';
import { limitBatches } from './http/batch-limit.js';
import { failureBody, HttpErrorFilter } from './http/http-error.filter.js';
import { HttpViewers } from './http/http-viewers.js';
import { followRequests, requestIdOf } from './http/request-lifecycle.js';

function createAdapter(env: Environment): FastifyAdapter {
  return new FastifyAdapter({
    genReqId: requestIdOf,
    bodyLimit: env.BODY_LIMIT_BYTES,
    trustProxy: env.TRUST_PROXY.length === 0 ? false : env.TRUST_PROXY,
    forceCloseConnections: 'idle',
    // Bodies that trickle in must not hold a connection longer than an answer may take.
    requestTimeout: env.REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 300 },
  });
}

async function protect(app: NestFastifyApplication, env: Environment): Promise<void> {
  const viewers = app.get(HttpViewers, { strict: false });
  const redis = app.get<Redis | undefined>(REDIS, { strict: false });
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await app.register(cors, {
    origin: env.CORS_ORIGINS,
    credentials: true,
    methods: ['GET', 'POST', 'OPTIONS'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
  if (env.RATE_LIMIT_PER_MINUTE === 0) return;
  await app.register(rateLimit, {
    hook: 'preHandler',
    max: env.RATE_LIMIT_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: (request: FastifyRequest) => viewers.rateLimitKey(request),
    allowList: (request: FastifyRequest) => request.url.startsWith('/health/'),
    nameSpace: 'swiftlet:rate-limit:',
    // A Redis that is away lets requests through uncounted rather than none at all.
    skipOnError: true,
    ...(redis === undefined ? {} : { redis }),
    errorResponseBuilder: (request, { after, max }) => ({
      statusCode: 429,
      ...failureBody(request, {
        status: 429,
        code: 'TOO_MANY_REQUESTS',
        message: `More than ${max} requests a minute; try again in ${after}.`,
      }),
    }),
  });
}

export async function createApp(env: Environment): Promise<NestFastifyApplication> {
  const logger = new PlatformLogger(createPino(env.LOG_LEVEL));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(env), createAdapter(env), {
    logger,
    abortOnError: false,
  });
  app.useGlobalFilters(new HttpErrorFilter(logger));
  const server = app.getHttpAdapter().getInstance();
  followRequests(server, env.REQUEST_TIMEOUT_MS);
  limitBatches(server, env.GRAPHQL_MAX_BATCH);
  await protect(app, env);
  return app;
}
