/**
 * Envelop's response cache with its Redis store, over a schema of rows. Writers wait for `invalidate`, which is more than the
 * plugin does by itself after a mutation.
 */
import { envelop, useEngine, useSchema } from '@envelop/core';
import { useResponseCache } from '@envelop/response-cache';
import { createRedisCache } from '@envelop/response-cache-redis';
import * as graphql from 'graphql';
import { Redis } from 'ioredis';
import { underSkew } from './skewed-clock.mjs';

const question = 'query ($ids: [ID!]!) { rows(ids: $ids) { id version } }';
const schema = graphql.buildSchema(`
  type Row { id: ID! version: Int! }
  type Query { rows(ids: [ID!]!): [Row!]! }
`);
const rootValue = {
  rows: async (_, { load }) => Object.entries(await load()).map(([id, version]) => ({ id, version })),
};

export function envelopCache({ port }) {
  return async (skewMs) => {
    // A command that hangs for longer than a client waits fails.
    const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1, commandTimeout: 2_000 });
    redis.on('error', () => undefined);
    const cache = createRedisCache({ redis });
    const enveloped = envelop({
      plugins: [
        useEngine(graphql),
        useSchema(schema),
        useResponseCache({ session: () => null, ttl: 600_000, cache }),
      ],
    });
    async function ask(ids, load) {
      const { parse, validate, execute, contextFactory, schema: its } = enveloped({});
      const document = parse(question);
      validate(its, document);
      const contextValue = await contextFactory({ load });
      const { data, errors } = await execute({
        schema: its,
        document,
        variableValues: { ids },
        contextValue,
        rootValue,
      });
      if (errors !== undefined) throw errors[0];
      return Object.fromEntries(data.rows.map(({ id, version }) => [id, version]));
    }
    return {
      read: ({ rows }, _seen, load) => underSkew(skewMs, () => ask(rows, load)),
      invalidate: async (rows) => {
        await underSkew(skewMs, () => cache.invalidate(rows.map((id) => ({ typename: 'Row', id }))));
        return 0;
      },
      stop: async () => redis.disconnect(),
    };
  };
}
