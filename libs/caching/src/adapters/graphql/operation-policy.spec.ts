import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { cacheControlHeader } from '../../core/cache-policy.js';
import { ExecutionNotes } from '../../core/execution-notes.js';
import { cacheDirectiveDefinitions } from './cache-directives.js';
import { OperationPolicy } from './operation-policy.js';

const schema = buildSchema(
  `${cacheDirectiveDefinitions}
  enum Shelf { OLD NEW }
  input Where { author: ID, page: Int = 1 }
  interface Item @cacheControl(maxAge: 100) { name: String }
  type Case @cacheTag(format: "shelf-of-{$key.first.id}") { first: Book }
  type Book implements Item @cacheTag(format: "book-{$key.id}") { id: ID, name: String, price: Int @cacheControl(maxAge: 10) }
  type Song implements Item { name: String @cacheControl(maxAge: 50), price: Int @cacheControl(maxAge: 20) }
  type Me { secret: String @cacheControl(scope: PRIVATE) }
  type Query {
    me: Me @cacheControl(maxAge: 60)
    items: [Item]
    books(where: Where, shelf: Shelf = OLD, limit: Int): [Book]
      @cacheControl(maxAge: 60, swr: 0)
      @cacheTag(format: "author-{$args.where.author}")
      @cacheTag(format: "shelf-{$args.shelf}")
    news: [Book] @cacheControl(maxAge: 10, swr: 300, sie: 600, strategy: "nightly")
    silent: Int
    shelf: Case
    wrong: Int @cacheControl(maxAge: -5)
  }`,
);

function request(query: string, variables: Record<string, unknown> = {}, defaultMaxAge = 0) {
  const found = OperationPolicy.compile(schema, parse(query), undefined, {
    defaultAge: { maxAge: defaultMaxAge },
  })?.forRequest(variables);
  if (found === undefined) throw new Error('The operation is there.');
  return found;
}

describe('the policy before execution', () => {
  it('is the strictest of all that may turn up', () => {
    expect(cacheControlHeader(request('{ items { name ... on Book { price } } }').staticPolicy)).toBe(
      'max-age=10, public',
    );
  });

  it('is private where a private field may turn up, though the answer without it is public', () => {
    const policy = request('{ me { secret } }');
    expect(cacheControlHeader(policy.staticPolicy)).toBe('max-age=60, private');
    expect(cacheControlHeader(policy.policyOf({ me: null }))).toBe('max-age=60, public');
    expect(cacheControlHeader(policy.policyOf({ me: { secret: 'x' } }))).toBe('max-age=60, private');
  });

  it('follows the variables of @skip and @include, with their defaults', () => {
    const query =
      'query ($a: Boolean!, $b: Boolean = true) { me { __typename } silent @skip(if: $a) news @include(if: $b) { name } }';
    const headers = [{ a: true }, { a: false }, { a: true, b: false }].map((variables) =>
      cacheControlHeader(request(query, variables).staticPolicy),
    );
    expect(headers).toEqual(['max-age=10, public', 'no-store', 'max-age=60, public']);
  });

  it('is compiled once for each combination of conditions', () => {
    const operation = OperationPolicy.compile(
      schema,
      parse('query ($a: Boolean!, $n: Int) { silent @skip(if: $a) books(limit: $n) { name } }'),
    );
    expect(operation?.forRequest({ a: true, n: 1 })).toBe(operation?.forRequest({ a: true, n: 2 }));
    expect(operation?.forRequest({ a: true })).not.toBe(operation?.forRequest({ a: false }));
  });

  it('keeps a document small whose fragments spread each other many times over', () => {
    const deep = buildSchema(`${cacheDirectiveDefinitions}
      type Query { a: Query @cacheControl(maxAge: 9), b: Query @cacheControl(maxAge: 8), x: Int @cacheControl(maxAge: 7) }`);
    const levels = Array.from({ length: 40 }, (_, at) =>
      at === 39
        ? 'fragment F39 on Query { x }'
        : `fragment F${at} on Query { a { ...F${at + 1} } b { ...F${at + 1} } }`,
    );
    const policy = OperationPolicy.compile(deep, parse(`{ ...F0 } ${levels.join(' ')}`))?.forRequest({});
    expect(policy?.staticPolicy.maxAgeSeconds).toBe(7);
  });

  it('is no permission when nothing speaks, and none when an age is negative, which Apollo would send', () => {
    expect(cacheControlHeader(request('{ __typename }').staticPolicy)).toBe('no-store');
    expect(cacheControlHeader(request('{ wrong }').staticPolicy)).toBe('no-store');
  });

  it('ends every grace where the first field ends its own', () => {
    expect(request('{ news { name } }').staticPolicy).toMatchObject({
      maxAgeSeconds: 10,
      revalidateUntilSeconds: 310,
      errorUntilSeconds: 610,
      strategies: ['nightly'],
    });
    expect(request('{ news { name } books { name } }').staticPolicy).toMatchObject({
      maxAgeSeconds: 10,
      revalidateUntilSeconds: 60,
      errorUntilSeconds: 60,
    });
  });
});

describe('the policy of an answer', () => {
  const query = '{ items { name ... on Book { price } ... on Song { price } } }';

  it('counts nothing below an empty list', () => {
    expect(request(query).policyOf({ items: [] }).maxAgeSeconds).toBe(100);
  });

  it('counts no field that a compiling executor skipped and left without a value', () => {
    expect(
      request('{ news { name } me { secret } }').policyOf({ news: undefined, me: null }).maxAgeSeconds,
    ).toBe(60);
  });

  it('counts the types that came up, as __typename shows them', () => {
    const policy = request(query.replace('name', 'name __typename'));
    expect(policy.needsTypeNames).toBe(false);
    expect(policy.policyOf({ items: [{ name: '', __typename: 'Song', price: 1 }] }).maxAgeSeconds).toBe(20);
  });

  it('counts the types that came up, as the notes tell them', () => {
    const policy = request(query);
    expect(policy.needsTypeNames).toBe(true);
    const notes = new ExecutionNotes(true);
    notes.noteType({ prev: { prev: undefined, key: 'items' }, key: 0 }, 'Song');
    expect(policy.policyOf({ items: [{ name: '', price: 1 }] }, notes).maxAgeSeconds).toBe(20);
  });

  it('counts all types that it might be when nothing tells', () => {
    expect(request(query).policyOf({ items: [{ name: '', price: 1 }] }).maxAgeSeconds).toBe(10);
  });

  it('is not fooled by a field that bears the name of a type under the alias of __typename', () => {
    const policy = request('{ items { ... on Song { t: __typename price } ... on Book { t: name price } } }');
    expect(policy.policyOf({ items: [{ t: 'Song', price: 1 }] }).maxAgeSeconds).toBe(10);
  });
});

describe('the tags of an operation', () => {
  it('are filled in from literals, variables and defaults, enums by name', () => {
    const query = 'query ($id: ID = 7, $s: Shelf) { books(where: { author: $id }, shelf: $s) { name } }';
    expect(request(query).tagsOf({}, { books: [] })).toEqual(['author-7', 'shelf-OLD']);
    expect(request(query).tagsOf({ id: '8', s: 'NEW' }, {})).toEqual(['author-8', 'shelf-NEW']);
  });

  it('forbid to store an answer when one of them cannot be named', () => {
    expect(request('{ books { name } }').tagsOf({}, {})).toBeUndefined();
  });

  it('of types are those of the objects in the answer, whatever their fields are called there', () => {
    const query = '{ items { __typename ... on Book { it: id } name } news { id } }';
    const items = [
      { __typename: 'Book', it: '1', name: '' },
      { __typename: 'Song', name: '' },
    ];
    expect(request(query).tagsOf({}, { items, news: [{ id: '2' }, null] })).toEqual(['book-1', 'book-2']);
    expect(request(query).tagsOf({}, { items: null, news: null })).toEqual([]);
  });

  it('of types are those of all that an object may be, where its type is not shown', () => {
    const query = '{ items { name ... on Book { id } } }';
    expect(request(query).tagsOf({}, { items: [{ name: '', id: '1' }] })).toEqual(['book-1']);
    expect(request(query).tagsOf({}, { items: [{ name: '' }] })).toBeUndefined();
  });

  it('of types follow fields of fields', () => {
    const query = '{ shelf { top: first { id } } }';
    expect(request(query).tagsOf({}, { shelf: { top: { id: '3' } } })).toEqual(['shelf-of-3', 'book-3']);
  });

  it.each(['{ items { name } }', '{ shelf { first { name } } }'])(
    'of types forbid to store an answer in which an object does not show what it is named by: %s',
    (unnamed) => {
      const answer = { items: [{ name: '' }], shelf: { first: { name: '' } } };
      expect(request(unnamed).tagsOf({}, answer)).toBeUndefined();
    },
  );
});
