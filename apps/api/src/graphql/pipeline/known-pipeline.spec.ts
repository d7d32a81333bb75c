import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest, InjectOptions } from 'fastify';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recorder, type Told } from '../../../../../test/support/told-hooks.js';
import { CompiledDriver } from '../execution/compiled.driver.js';

const typeDefs = `
  type Book { title: String!, pages(least: Int = 1): [Int], next: Book }
  type Query { books(count: Int! = 2): [Book], fails: String, refused: String, never: String! }
  type Mutation { sell: Int }
`;

const book = { title: 'A', pages: [Promise.resolve(1), 2], next: () => ({ title: 'B' }) };
const resolvers = {
  Query: {
    books: (_: unknown, { count }: { count: number }) => Array.from({ length: count }, () => book),
    fails: async () => {
      throw new Error('broken');
    },
    refused: () => {
      const headers = new Map([['x-why', 'because']]);
      throw new GraphQLError('no', { extensions: { code: 'NO', http: { status: 403, headers } } });
    },
  },
};

async function startWith(driver: typeof ApolloDriver, told: Told[]): Promise<NestFastifyApplication> {
  const options: ApolloDriverConfig = {
    driver,
    typeDefs,
    resolvers,
    allowBatchedHttpRequests: true,
    introspection: true,
    graphiql: false,
    plugins: [recorder(told), {}, { requestDidStart: async () => {} }],
    logger: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (text) => void told.push(['logged', text]),
    },
    includeStacktraceInErrorResponses: false,
    context: ({ headers }: FastifyRequest) => {
      if (headers['x-context'] === 'none') throw new Error('no context');
      return { from: headers['x-context'] };
    },
    formatError: (formatted, error) => {
      if (formatted.message === 'refused') throw error;
      return { ...formatted, message: `formatted ${formatted.message}` };
    },
  };
  class LibraryModule {}
  Module({ imports: [GraphQLModule.forRoot(options)] })(LibraryModule);
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(LibraryModule, adapter, { logger: false });
  await app.init();
  return app;
}

const post = (
  payload: NonNullable<InjectOptions['payload']>,
  headers: Record<string, string | string[]> = {},
): InjectOptions => ({
  method: 'POST',
  url: '/graphql',
  headers: { 'content-type': 'application/json', ...headers },
  payload,
});

const named = (name: string): InjectOptions =>
  post({
    query: `query ${name}($n: Int) { alias: books(count: $n) { title pages(least: 2) next { title } } }`,
    variables: { n: 2 },
    operationName: name,
  });

const stages = [
  'requestDidStart',
  'didResolveSource',
  'didResolveOperation',
  'responseForOperation',
  'executionDidStart',
  'executionDidEnd',
  'didEncounterErrors',
  'willSendResponse',
];

const plain = { query: 'query Plain { books { title } }' };

const requests: readonly (readonly [string, InjectOptions])[] = [
  ['a query', post(plain)],
  [
    'a query with nulls in place of all that may be missing',
    post({ ...plain, variables: null, operationName: null, extensions: null }),
  ],
  [
    'variables that do not fit',
    post({ query: 'query V($n: Int!) { books(count: $n) { title } }', variables: { n: 'x' } }),
  ],
  ['variables that are missing', post({ query: 'query V($n: Int!) { books(count: $n) { title } }' })],
  ['variables that are no object', post({ ...plain, variables: [1] })],
  ['variables that are text', post({ ...plain, variables: '{}' })],
  ['an operation name that is no text', post({ ...plain, operationName: 1 })],
  ['extensions', post({ ...plain, extensions: { a: 1 } })],
  [
    'an unknown persisted query',
    post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  ],
  ['an operation that does not exist', post({ ...plain, operationName: 'Other' })],
  ['an error of a resolver', post({ query: '{ fails books { title } }' })],
  ['an error that sets the status and a header', post({ query: '{ refused }' })],
  ['an error that reaches the root', post({ query: '{ never }' })],
  ['a mutation', post({ query: 'mutation M { sell }' })],
  [
    'a mutation by GET',
    {
      method: 'GET',
      url: `/graphql?query=${encodeURIComponent('mutation M { sell }')}`,
      headers: { 'apollo-require-preflight': '1' },
    },
  ],
  [
    'a query by GET',
    {
      method: 'GET',
      url: `/graphql?query=${encodeURIComponent(plain.query)}`,
      headers: { 'apollo-require-preflight': '1' },
    },
  ],
  [
    'a query by GET that a page of any site could make',
    { method: 'GET', url: `/graphql?query=${encodeURIComponent(plain.query)}` },
  ],
  ['a URL with a query of its own', { ...post(plain), url: '/graphql?a=1' }],
  ['a batch', post([plain, { query: '{ fails }' }])],
  ['text that no page may send', post(JSON.stringify(plain), { 'content-type': 'text/plain' })],
  ['a charset', post(JSON.stringify(plain), { 'content-type': 'application/json; charset=utf-8' })],
  ['no context', post(plain, { 'x-context': 'none' })],
  ['a context', post(plain, { 'x-context': 'given' })],
  ['a header twice', post(plain, { 'x-many': ['a', 'b'], 'x-empty': '' })],
  [
    'an entry named __proto__',
    post({ query: 'query Watched { books { __proto__: title } }', operationName: 'Watched' }),
  ],
  [
    'introspection',
    post({ query: 'query Watched { __typename __schema { queryType { name } } }', operationName: 'Watched' }),
  ],
  ...[
    '*/*',
    'application/json',
    'application/json, */*',
    'application/json, text/plain, */*',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json',
    'application/graphql-response+json,application/json;q=0.9',
    'application/json;q=0.1, application/graphql-response+json',
    'text/html',
    'multipart/mixed',
  ].map((accept) => [`a client that accepts ${accept}`, post(plain, { accept })] as const),
  ...['Watched', 'WatchedToo', 'Given', 'Changed'].map(
    (name) => [`what ${name} stands for`, named(name)] as const,
  ),
  ...stages.flatMap((stage) =>
    ['Throw', 'Refuse', 'Head', 'Vary', 'Context', 'Cache', 'Replace'].map(
      (deed) => [`${deed} in ${stage}`, named(`${deed}_${stage}`)] as const,
    ),
  ),
  [
    'an error that nobody may see while a hook throws',
    post({ query: 'query Throw_didEncounterErrors { fails }', operationName: 'Throw_didEncounterErrors' }),
  ],
];

const hooks = (told: Told[]) => told.splice(0).map(([hook]) => hook);

function codeOf(body: string | undefined): unknown {
  const { errors } = JSON.parse(body ?? '') as { errors: { extensions: { code: unknown } }[] };
  return errors[0]?.extensions.code;
}

describe('a document that is known', () => {
  const [theirs, ours]: [Told[], Told[]] = [[], []];
  let apps: readonly [NestFastifyApplication, NestFastifyApplication];

  beforeAll(async () => {
    apps = [await startWith(ApolloDriver, theirs), await startWith(CompiledDriver, ours)];
  });
  afterAll(() => Promise.all(apps.map((app) => app.close())));

  async function answersTo(request: InjectOptions) {
    const answers = await Promise.all(apps.map((app) => app.inject(request)));
    await new Promise(setImmediate);
    return answers.map(({ statusCode, body, headers }) => ({
      statusCode,
      body,
      ...headers,
      date: undefined,
    }));
  }

  it.each(requests)(
    'is answered, and plugins are told of it, as by Apollo itself: %s',
    async (_, request) => {
      // What has been parsed and validated the first time is known the second and the third time.
      for (let time = 1; time <= 3; time++) {
        const [expected, answer] = await answersTo(request);
        expect(answer).toEqual(expected);
        expect(ours.splice(0)).toEqual(theirs.splice(0));
      }
    },
  );

  it('is refused as by Apollo, in other words, when a plugin answers it in parts', async () => {
    for (let time = 1; time <= 2; time++) {
      const [expected, answer] = await answersTo(named('InParts'));
      expect([answer?.statusCode, codeOf(answer?.body)]).toEqual([406, codeOf(expected?.body)]);
      expect(hooks(ours)).toEqual(hooks(theirs));
    }
  });
});
