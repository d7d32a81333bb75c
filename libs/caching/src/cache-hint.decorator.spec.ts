import {
  Args,
  Field,
  GraphQLSchemaBuilderModule,
  GraphQLSchemaFactory,
  ID,
  InterfaceType,
  ObjectType,
  Query,
  Resolver,
} from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import { type GraphQLSchema, parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { OperationPolicy } from './adapters/graphql/operation-policy.js';
import { CacheHint } from './cache-hint.decorator.js';
import { cacheControlHeader } from './core/cache-policy.js';

@InterfaceType()
abstract class Named {
  @Field()
  name!: string;
}

@ObjectType({ implements: Named })
@CacheHint({ maxAge: 60, swr: 30, tags: ['book-{$key.id}'] })
class Book extends Named {
  @Field(() => ID)
  id!: string;

  @Field()
  @CacheHint({ maxAge: 5, scope: 'PRIVATE' })
  stock!: number;
}

@Resolver(() => Book)
class BookResolver {
  @Query(() => [Book])
  @CacheHint({ strategy: 'nightly', tags: ['books-{$args.shelf}'] })
  books(@Args('shelf') _shelf: string): Book[] {
    return [];
  }
}

describe('@CacheHint', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [GraphQLSchemaBuilderModule] }).compile();
    schema = await module.get(GraphQLSchemaFactory).create([BookResolver]);
    await module.close();
  });

  function policyOf(query: string) {
    return OperationPolicy.compile(schema, parse(query))?.forRequest({ shelf: 'b' });
  }

  it('hints at types, fields and queries of a code-first schema', () => {
    const policy = policyOf('query ($shelf: String!) { books(shelf: $shelf) { name } }')?.staticPolicy;
    expect(policy).toEqual({
      maxAgeSeconds: 60,
      scope: 'PUBLIC',
      revalidateUntilSeconds: 90,
      errorUntilSeconds: 60,
      strategies: ['nightly'],
    });
    const strict = policyOf('{ books(shelf: "a") { stock } }')?.staticPolicy;
    expect(strict && cacheControlHeader(strict)).toBe('max-age=5, private');
  });

  it('tags fields and types', () => {
    const request = policyOf('query ($shelf: String!) { books(shelf: $shelf) { name } }');
    expect(request?.tagsOf({ shelf: 'b' }, { books: [] })).toEqual(['books-b']);
    expect(request?.tagsOf({ shelf: 'b' }, { books: [{ name: '' }] })).toBeUndefined();
  });

  it('refuses a tag that cannot be written while the program is loaded', () => {
    expect(() => CacheHint({ tags: ['book-{id}'] })).toThrow('is not a tag');
  });
});
