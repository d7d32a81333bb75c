import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Injectable, Module, NotFoundException, UseGuards, type CanActivate } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Args,
  Field,
  GraphQLModule,
  Int,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompiledDriver } from './compiled.driver.js';

@ObjectType()
class Book {
  @Field(() => String)
  title: string;

  @Field(() => String, { defaultValue: 'nobody' })
  author: string | undefined;
}

@Injectable()
class NobodyMay implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Resolver(() => Book)
class BookResolver {
  #sold = 0;

  @Query(() => [Book])
  async books(@Args('count', { type: () => Int, defaultValue: 2 }) count: number): Promise<Book[]> {
    return Array.from({ length: count }, (_, index) => ({ title: `Book ${index}`, author: undefined }));
  }

  @ResolveField(() => String, { nullable: true })
  @UseGuards(NobodyMay)
  secret(@Parent() { title }: Book): string {
    return `secret of ${title}`;
  }

  @ResolveField(() => String)
  missing(): string {
    throw new NotFoundException('no such page');
  }

  @Mutation(() => Int)
  async sell(): Promise<number> {
    return ++this.#sold;
  }
}

type Hook = readonly [name: string, seen?: unknown];

function recorder(hooks: Hook[]): ApolloServerPlugin {
  return {
    async requestDidStart() {
      hooks.push(['requestDidStart']);
      return {
        async didResolveSource({ source }) {
          hooks.push(['didResolveSource', source]);
        },
        async parsingDidStart() {
          hooks.push(['parsingDidStart']);
          return async (error) => void hooks.push(['parsingDidEnd', error?.message]);
        },
        async validationDidStart() {
          hooks.push(['validationDidStart']);
          return async (errors) =>
            void hooks.push(['validationDidEnd', errors?.map(({ message }) => message)]);
        },
        async didResolveOperation({ operationName }) {
          hooks.push(['didResolveOperation', operationName]);
        },
        async didEncounterErrors({ errors }) {
          hooks.push(['didEncounterErrors', errors.map(({ message, path }) => [message, path])]);
        },
        async executionDidStart() {
          hooks.push(['executionDidStart']);
          return {
            willResolveField({ info, args }) {
              hooks.push(['willResolveField', [info.parentType.name, info.fieldName, args]]);
              return (error) => void hooks.push(['didResolveField', error?.message]);
            },
            async executionDidEnd(error) {
              hooks.push(['executionDidEnd', error?.message]);
            },
          };
        },
        async willSendResponse({ response }) {
          hooks.push(['willSendResponse', response.body.kind]);
        },
      };
    },
  };
}

function noTabooField(context: ValidationContext): ASTVisitor {
  return {
    Field({ alias }) {
      if (alias?.value === 'taboo') context.reportError(new GraphQLError('Taboo.'));
    },
  };
}

async function startWith(driver: typeof ApolloDriver, hooks: Hook[], plain: boolean) {
  const options: ApolloDriverConfig = {
    driver,
    autoSchemaFile: true,
    allowBatchedHttpRequests: true,
    fieldResolverEnhancers: ['guards'],
    validationRules: [noTabooField],
    formatError: (formatted) => ({ ...formatted, message: `formatted: ${formatted.message}` }),
    plugins: plain ? [] : [recorder(hooks)],
    includeStacktraceInErrorResponses: false,
  };
  class LibraryModule {}
  Module({ imports: [GraphQLModule.forRoot(options)], providers: [BookResolver, NobodyMay] })(LibraryModule);
  const app = await NestFactory.create<NestFastifyApplication>(LibraryModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.init();
  return app;
}

const requests: readonly (readonly [string, object])[] = [
  ['plain fields', { query: '{ books { title author __typename } }' }],
  ['the same document again', { query: '{ books { title author __typename } }' }],
  ['variables', { query: 'query ($n: Int!) { books(count: $n) { title } }', variables: { n: 1 } }],
  [
    'a variable of the wrong type',
    { query: 'query ($n: Int!) { books(count: $n) { title } }', variables: { n: 'x' } },
  ],
  ['a missing variable', { query: 'query ($n: Int!) { books(count: $n) { title } }' }],
  ['a guarded field', { query: '{ books { title secret } }' }],
  ['a resolver that throws where null may not be', { query: '{ books { title missing } }' }],
  ['a syntax error', { query: '{ books' }],
  ['a field that does not exist', { query: '{ nothing }' }],
  ['what an own rule refuses', { query: '{ taboo: books { title } }' }],
  ['no such operation', { query: 'query A { books { title } }', operationName: 'B' }],
  [
    'several operations and none is named',
    { query: 'query A { books { title } } query B { books { title } }' },
  ],
  [
    'one of several operations',
    { query: 'query A { books { title } } query B { books { author } }', operationName: 'B' },
  ],
  ['mutations in their order', { query: 'mutation { a: sell b: sell c: sell }' }],
  ['introspection', { query: '{ __type(name: "Book") { fields { name type { name kind } } } }' }],
  ['an entry named __proto__', { query: '{ books { __proto__: title } }' }],
  ['a batch', [{ query: '{ books { title } }' }, { query: '{ nothing }' }]],
  ['no query', {}],
];

describe.each([
  ['with a plugin that has every hook', false],
  ['with no plugin but the default ones', true],
])('the compiled driver, %s', (_, plain) => {
  const [theirHooks, ourHooks]: [Hook[], Hook[]] = [[], []];
  let theirs: NestFastifyApplication;
  let ours: NestFastifyApplication;

  beforeAll(async () => {
    theirs = await startWith(ApolloDriver, theirHooks, plain);
    ours = await startWith(CompiledDriver, ourHooks, plain);
  });
  afterAll(() => Promise.all([theirs.close(), ours.close()]));

  it.each(requests)('answers and tells its plugins what the plain driver does: %s', async (__, payload) => {
    const [expected, answer] = await Promise.all(
      [theirs, ours].map((app) => app.inject({ method: 'POST', url: '/graphql', payload })),
    );
    const seen = (response: typeof answer) => [
      response?.statusCode,
      response?.body,
      { ...response?.headers, date: undefined },
    ];
    expect(seen(answer)).toEqual(seen(expected));
    expect(ourHooks.splice(0)).toEqual(theirHooks.splice(0));
  });
});

it('calls hooks that a plugin has for some operations only, although the plans were made without them', async () => {
  const resolved: string[] = [];
  const sometimes: ApolloServerPlugin = {
    async requestDidStart({ request }) {
      if (request.operationName !== 'Watched') return {};
      return {
        async executionDidStart() {
          return { willResolveField: ({ info }) => void resolved.push(info.fieldName) };
        },
      };
    },
  };
  class LibraryModule {}
  const options: ApolloDriverConfig = { driver: CompiledDriver, autoSchemaFile: true, plugins: [sometimes] };
  Module({ imports: [GraphQLModule.forRoot(options)], providers: [BookResolver, NobodyMay] })(LibraryModule);
  const app = await NestFactory.create<NestFastifyApplication>(LibraryModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.init();
  const query = 'query Unwatched { books(count: 1) { title } } query Watched { books(count: 1) { title } }';
  const ask = (operationName: string) =>
    app.inject({ method: 'POST', url: '/graphql', payload: { query, operationName } });
  await ask('Unwatched');
  await ask('Watched');
  await ask('Unwatched');
  await app.close();
  expect(resolved).toEqual(['books', 'title']);
});
