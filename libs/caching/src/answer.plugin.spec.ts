import { cacheControlFromInfo } from '@apollo/cache-control-types';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLResolveInfo } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ReadsRecorder, recordReads } from './core/reads-recorder.js';
import { AnswerRules } from './adapters/graphql/answer-rules.js';
import { AnswerPlugin } from './answer.plugin.js';
import { windowOfAll } from './core/freshness.js';
import { cacheDirectiveDefinitions } from './adapters/graphql/cache-directives.js';

const typeDefs = `${cacheDirectiveDefinitions}
  type Product @cacheControl(maxAge: 600) { name: String! }
  type Query {
    product: Product
    prices: [Int!]! @cacheControl(strategy: "spread")
    unknown: Int @cacheControl(strategy: "nobody knows")
    never: Int @cacheControl(maxAge: 0)
    mine: Int @cacheControl(scope: PRIVATE)
    posts(userId: ID!): Int @cacheTag(format: "posts-user-{$args.userId}")
    fails: Int
    user(id: ID!): User
    speaks: Int
  }
  type User @cacheTag(format: "user-{$key.id}") { id: ID! name: String }
  type Mutation { change: Int }
`;
const resolvers = {
  Query: {
    product: () => ({ name: 'Teapot' }),
    prices: () => [1],
    unknown: () => 1,
    never: () => 1,
    mine: () => 1,
    posts: () => 1,
    user: (_: unknown, { id }: { id: string }) => ({ id, name: 'Ada' }),
    speaks: (_: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      cacheControlFromInfo(info).setCacheHint({ maxAge: 5, scope: 'PRIVATE' });
      return 1;
    },
    fails: () => {
      throw new Error('no');
    },
  },
  Mutation: { change: () => 1 },
};

async function recorded(
  query: string,
  variables: Record<string, unknown> = {},
  hearsResolvers = false,
): Promise<ReadsRecorder> {
  const server = new ApolloServer({
    typeDefs,
    resolvers,
    plugins: [
      new AnswerPlugin(
        new AnswerRules({
          defaultTtlMs: 3_600_000,
          operations: { Prices: 'spread', Wrong: 'nobody knows' },
          hearsResolvers,
          staleIfErrorMs: 60_000,
          strategies: { spread: { kind: 'jittered', ttlMs: 1_000, jitterRatio: 0.5 } },
        }),
      ),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  const recorder = new ReadsRecorder(0);
  await recordReads(recorder, () => server.executeOperation({ query, variables }));
  await server.stop();
  return recorder;
}

async function ttlOf(query: string): Promise<number | undefined> {
  const { description } = await recorded(query);
  const history = { storedAtMs: 0, lastUsedAtMs: 0, random: 1 };
  return description && windowOfAll(description.aging, history).freshUntilMs;
}

describe('AnswerPlugin', () => {
  it('keeps an answer until a write ends it where nothing is said, and no longer than a hint allows', async () => {
    expect(await ttlOf('{ __typename }')).toBe(3_600_000);
    expect(await ttlOf('{ product { name } }')).toBe(600_000);
    expect(await ttlOf('query Never { never product { name } }')).toBe(0);
    expect(await ttlOf('{ prices }')).toBe(1_500);
    expect(await ttlOf('query Prices { product { name } }')).toBe(1_500);
  });

  it('names the operation', async () => {
    expect((await recorded('query Shop { product { name } }')).description?.operation).toBe('Shop');
  });

  it('gives what is private to nobody else', async () => {
    expect((await recorded('{ mine }')).scope).toBe('user');
    expect((await recorded('{ product { name } }')).scope).toBe('public');
  });

  it('depends on the tags of its fields', async () => {
    const { dependencies } = await recorded('query ($id: ID!) { posts(userId: $id) }', { id: '7' });
    expect(dependencies.tags).toEqual(['posts-user-7']);
  });

  it('depends on the tags of the objects that its answer shows', async () => {
    expect((await recorded('{ user(id: 7) { key: id } }')).dependencies.tags).toEqual(['user-7']);
    expect((await recorded('{ user(id: 7) { name } }')).obstacle).toBe('has a tag that cannot be named');
  });

  it('hears what resolvers say, where it is to', async () => {
    const { scope, description } = await recorded('{ speaks product { name } }', {}, true);
    expect([scope, description?.aging]).toMatchObject(['user', [{ kind: 'fixed', ttlMs: 5_000 }]]);
  });

  it.each([
    'mutation { change }',
    '{ fails }',
    '{ unknown }',
    'query Wrong { product { name } }',
    '{ nonsense }',
  ])('keeps nothing of %s', async (query) => {
    const { obstacle, description } = await recorded(query);
    expect(obstacle !== undefined || description === undefined).toBe(true);
  });
});
