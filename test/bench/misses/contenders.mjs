/** Who takes part, each a function that serves the shop and answers its port. */
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloDriver } from '@nestjs/apollo';
import { createNest } from '../nest-shop.mjs';
import { resolvers, typeDefinitions } from '../shop.mjs';

const fastifyAdapter = async () => (await import('@nestjs/platform-fastify')).FastifyAdapter;

async function serve(Adapter, options) {
  const nest = {
    common: await import('@nestjs/common'),
    core: await import('@nestjs/core'),
    graphql: await import('@nestjs/graphql'),
  };
  const app = await createNest(nest, Adapter, options);
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer().address().port;
}

const withoutCacheControl = { plugins: [ApolloServerPluginCacheControlDisabled()] };

export const contenders = {
  'Nest + Apollo on Express': async () => {
    const { ExpressAdapter } = await import('@nestjs/platform-express');
    return serve(ExpressAdapter, { driver: ApolloDriver });
  },
  'Nest + Apollo on Fastify': async () => serve(await fastifyAdapter(), { driver: ApolloDriver }),
  'without cache-control plugin': async () =>
    serve(await fastifyAdapter(), { driver: ApolloDriver, ...withoutCacheControl }),
  'Nest + Apollo + graphql-jit': async () => {
    const { JitDriver } = await import('./jit.driver.mjs');
    return serve(await fastifyAdapter(), { driver: JitDriver, ...withoutCacheControl });
  },
  'Mercurius + JIT': async () => {
    const { default: fastify } = await import('fastify');
    const { default: mercurius } = await import('mercurius');
    const app = fastify();
    await app.register(mercurius, { schema: typeDefinitions, resolvers, jit: 1 });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server.address().port;
  },
  Swiftlet: async () => {
    const { builtLoader } = await import('../built.mjs');
    const load = builtLoader(import.meta.url);
    const { CompiledDriver } = await load('apps/api/src/graphql/execution/compiled.driver.js');
    return serve(await fastifyAdapter(), { driver: CompiledDriver, ...withoutCacheControl });
  },
};
