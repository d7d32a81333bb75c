import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documentLimits, type DocumentLimits } from './document-limits.js';

const schema = buildSchema(`
  type Query { me: Person, version: String }
  type Person { name: String, friend: Person }
`);
const roomy: DocumentLimits = { maxDepth: 1_000, maxAliases: 1_000, maxFields: 100_000 };

function codesOf(text: string, limits: Partial<DocumentLimits>, rules = specifiedRules): unknown[] {
  const errors = validate(schema, parse(text), [...rules, documentLimits({ ...roomy, ...limits })]);
  return errors.map(({ extensions }) => extensions['code']);
}

describe(documentLimits, () => {
  it('counts levels of fields, not of fragments', () => {
    const query = '{ me { ... { ... on Person { friend { ...F } } } } } fragment F on Person { name }';
    expect(codesOf(query, { maxDepth: 3 })).toEqual([]);
    expect(codesOf(query, { maxDepth: 2 })).toEqual(['QUERY_TOO_DEEP']);
  });

  it('takes the deepest branch', () => {
    expect(codesOf('{ version me { friend { name } } __typename }', { maxDepth: 2 })).toEqual([
      'QUERY_TOO_DEEP',
    ]);
  });

  it('leaves introspection out of the depth', () => {
    const query = '{ __schema { types { fields { type { name } } } } }';
    expect(codesOf(query, { maxDepth: 1 })).toEqual([]);
  });

  it('measures each operation by itself', () => {
    const query = 'query A { a: version } query B { b: version }';
    expect(codesOf(query, { maxAliases: 1 })).toEqual([]);
    expect(codesOf(query, { maxAliases: 0 })).toEqual(['TOO_MANY_ALIASES', 'TOO_MANY_ALIASES']);
  });

  it('counts a fragment’s aliases wherever it is spread', () => {
    const query = '{ me { ...F friend { ...F } } } fragment F on Person { a: name b: name }';
    expect(codesOf(query, { maxAliases: 4 })).toEqual([]);
    expect(codesOf(query, { maxAliases: 3 })).toEqual(['TOO_MANY_ALIASES']);
  });

  it('measures a fragment once, however often it would be expanded', () => {
    const doubling = Array.from(
      { length: 200 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    );
    const query = `{ ...F0 } ${doubling.join(' ')} fragment F200 on Query { version }`;
    expect(codesOf(query, { maxFields: 4_000 }, [])).toEqual(['QUERY_TOO_LARGE']);
  });

  it('comes to an end when fragments go in a circle', () => {
    const query = '{ ...A } fragment A on Query { version ...B } fragment B on Query { ...A ...A }';
    expect(codesOf(query, { maxFields: 10 }, [])).toEqual([]);
  });

  it('has no opinion on fragments that are not there', () => {
    expect(codesOf('{ ...Nothing }', {}, [])).toEqual([]);
  });
});
