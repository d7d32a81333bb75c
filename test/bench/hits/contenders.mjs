/** Who takes part, each a function that serves the shop from a cache and answers its port. */
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import responseCachePlugin from '@apollo/server-plugin-response-cache';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { createNest } from '../nest-shop.mjs';
import { operation, resolvers, typeDefinitions } from '../shop.mjs';

const oneHourSeconds = 3_600;
const mostBodyBytes = 2 ** 20;
const nowMs = () => Date.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function listen(app) {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
}

async function newFastify() {
  const { default: fastify } = await import('fastify');
  return fastify();
}

/** The very bytes that the others answer with. */
async function answerBytes() {
  const { buildSchema, graphql } = await import('graphql');
  const schema = buildSchema(typeDefinitions);
  const { Query, Product } = resolvers;
  schema.getQueryType().getFields().products.resolve = Query.products;
  schema.getType('Product').getFields().reviews.resolve = Product.reviews;
  const { data } = await graphql({ schema, source: operation.query, variableValues: operation.variables });
  return Buffer.from(JSON.stringify({ data }));
}

/** Our library, from the build of this checkout, in a Nest application with the application's own driver. */
async function swiftlet() {
  const { builtLoader } = await import('../built.mjs');
  const load = builtLoader(import.meta.url);
  const { Fence } = await load('libs/caching/src/core/fence.js');
  const { ByteBudgetStore } = await load('libs/caching/src/core/byte-budget-store.js');
  const { AnswerCache } = await load('libs/caching/src/core/answer-cache.js');
  const { Answering } = await load('libs/caching/src/core/answering.js');
  const { AnswerHeaders } = await load('libs/caching/src/core/answer-headers.js');
  const { AnswerEncoder } = await load('libs/caching/src/core/answer-encoder.js');
  const { noSharedStore } = await load('libs/caching/src/core/shared-store.js');
  const { MemoryInvalidationLog } = await load('libs/caching/src/adapters/memory-invalidation-log.js');
  const { FastifyAnswerCache } = await load('libs/caching/src/adapters/fastify-answer-cache.js');
  const { AnswerPlugin } = await load('libs/caching/src/answer.plugin.js');
  const { AnswerRules } = await load('libs/caching/src/adapters/graphql/answer-rules.js');
  const { zlibCompress } = await load('libs/caching/src/adapters/zlib-compress.js');
  const { readJsonBodies } = await load('apps/api/src/http/json-body.js');
  const { CompiledDriver } = await load('apps/api/src/graphql/execution/compiled.driver.js');
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const nest = {
    common: await import('@nestjs/common'),
    core: await import('@nestjs/core'),
    graphql: await import('@nestjs/graphql'),
  };

  const fence = new Fence();
  const log = new MemoryInvalidationLog();
  await log.start(fence);
  const memory = new ByteBudgetStore({
    budgetBytes: 64 * 2 ** 20,
    onRemoved: (_key, answer) => fence.release(answer.cells),
  });
  const cache = new AnswerCache({ fence, memory, shared: noSharedStore, nowMs });
  const answering = new Answering({ fence, log, cache, nowMs, pause, random: Math.random });
  const encoder = new AnswerEncoder(zlibCompress, (answer) => cache.resize(answer));
  const app = await createNest(
    nest,
    FastifyAdapter,
    {
      driver: CompiledDriver,
      plugins: [new AnswerPlugin(new AnswerRules({ defaultTtlMs: oneHourSeconds * 1_000 }))],
    },
    { bodyParser: false },
  );
  const server = app.getHttpAdapter().getInstance();
  const ownRequests = new WeakMap();
  const isOwn = (request) => ownRequests.get(request) !== undefined;
  const answers = new FastifyAnswerCache({
    answering,
    encoder,
    nowMs,
    asksQuestion: ({ url }) => url.startsWith('/graphql'),
    scopeOf: (request) =>
      !isOwn(request) && request.headers.authorization === undefined
        ? { role: 'anonymous' }
        : Promise.reject(new Error('Nobody has a token here.')),
    headers: new AnswerHeaders({
      nowMs,
      hasCdn: false,
      surrogateKeysOf: () => undefined,
      cdnLifetimeIn: 'cdn-cache-control',
    }),
    observer: { kept() {}, adopted() {}, unkept() {}, hit() {} },
    isOwn,
    isForgeable: () => false,
    forgeryHeaders: [],
  });
  answers.attach(server);
  readJsonBodies(app, mostBodyBytes, (request, body) => answers.consult(request, body));
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer().address().port;
}

export const contenders = {
  'Fastify, constant bytes': async () => {
    const app = await newFastify();
    const body = await answerBytes();
    app.post('/graphql', (_request, reply) => {
      reply.header('content-type', 'application/json; charset=utf-8').send(body);
    });
    return listen(app);
  },
  /** What Nest adds to each request of its application, whoever answers it. */
  'Nest, constant bytes': async () => {
    const { Module } = await import('@nestjs/common');
    const { NestFactory } = await import('@nestjs/core');
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    class Nothing {}
    Module({})(Nothing);
    const app = await NestFactory.create(Nothing, new FastifyAdapter(), { logger: false });
    const body = await answerBytes();
    app
      .getHttpAdapter()
      .getInstance()
      .post('/graphql', (_request, reply) => {
        reply.header('content-type', 'application/json; charset=utf-8').send(body);
      });
    await app.listen(0, '127.0.0.1');
    return app.getHttpServer().address().port;
  },
  /** What the headers cost that tell clients and caches about a hit. */
  'Fastify, headers of a hit': async () => {
    const app = await newFastify();
    const body = await answerBytes();
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      age: '1',
      vary: 'Accept-Encoding, Accept',
      'cache-control': 'no-cache',
      'cdn-cache-control': 'no-store',
      'cache-status': 'Swiftlet; hit; ttl=3599; key=memory',
      etag: '"0123456789abcdefghijklmnopq"',
    };
    app.post('/graphql', (_request, reply) => {
      reply.headers(headers).send(body);
    });
    return listen(app);
  },
  'Apollo + response cache': async () => {
    const app = await newFastify();
    const apollo = new ApolloServer({
      typeDefs: typeDefinitions,
      resolvers,
      plugins: [
        ApolloServerPluginCacheControl({ defaultMaxAge: oneHourSeconds }),
        responseCachePlugin.default?.() ?? responseCachePlugin(),
      ],
    });
    await apollo.start();
    app.post('/graphql', fastifyApolloHandler(apollo));
    return listen(app);
  },
  'Yoga + response cache': async () => {
    const { createYoga, createSchema } = await import('graphql-yoga');
    const { useResponseCache } = await import('@graphql-yoga/plugin-response-cache');
    const app = await newFastify();
    const yoga = createYoga({
      schema: createSchema({ typeDefs: typeDefinitions, resolvers }),
      plugins: [useResponseCache({ session: () => null, ttl: oneHourSeconds * 1_000 })],
      logging: false,
    });
    // As Yoga's own documentation joins the two.
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    app.route({
      url: '/graphql',
      method: ['POST'],
      handler: (request, reply) => yoga.handleNodeRequestAndResponse(request, reply, { request, reply }),
    });
    return listen(app);
  },
  'Mercurius + JIT + cache': async () => {
    const { default: mercurius } = await import('mercurius');
    const { default: mercuriusCache } = await import('mercurius-cache');
    const app = await newFastify();
    await app.register(mercurius, { schema: typeDefinitions, resolvers, jit: 1 });
    await app.register(mercuriusCache, { ttl: oneHourSeconds, all: true });
    return listen(app);
  },
  Swiftlet: swiftlet,
};
