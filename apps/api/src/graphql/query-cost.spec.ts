import { buildSchema, getOperationAST, getIntrospectionQuery, GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { queryCost, refuseCostly, type CostedOperation } from './query-cost.js';

const schema = buildSchema(`
  type Query {
    one: Thing
    things(first: Int, last: Int, size: Int! = 1): ThingConnection
    nodes(ids: [ID!]!): [Thing]!
    plain: [Thing!]!
  }
  type ThingConnection { nodes: [Thing], edges: [ThingEdge], totalCount: Int }
  type ThingEdge { node: Thing, cursor: String }
  type Thing { name: String, parts(first: Int, last: Int): ThingConnection, tags: [String!]! }
`);

function asked(text: string, variables: CostedOperation['variables'] = {}, name?: string): CostedOperation {
  const document = parse(text);
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) throw new Error(`No operation in ${text}`);
  return { schema, document, operation, variables };
}
const costOf = (...args: Parameters<typeof asked>) => queryCost(asked(...args));

describe(queryCost, () => {
  it('is nothing for scalars and one for an object', () => {
    expect(costOf('{ __typename }')).toBe(0);
    expect(costOf('{ one { name tags } }')).toBe(1);
  });

  it('counts a connection as long as its page, each entry with its nodes', () => {
    expect(costOf('{ things(first: 7) { totalCount } }')).toBe(7);
    expect(costOf('{ things(first: 7) { nodes { name } } }')).toBe(14);
    expect(costOf('{ things(last: 7) { edges { node { name } } } }')).toBe(21);
  });

  it('takes twenty for a page without a size, and one at least', () => {
    expect(costOf('{ things { totalCount } }')).toBe(20);
    expect(costOf('{ things(first: null, last: null) { totalCount } }')).toBe(20);
    expect(costOf('{ things(first: -5) { totalCount } }')).toBe(1);
  });

  it('multiplies nested pages', () => {
    expect(costOf('{ things(first: 10) { nodes { parts(first: 10) { nodes { name } } } } }')).toBe(220);
  });

  it('counts a list by its ids, or as ten', () => {
    expect(costOf('query ($ids: [ID!]!) { nodes(ids: $ids) { name } }', { ids: ['a', 'b', 'c'] })).toBe(3);
    expect(costOf('{ plain { name } }')).toBe(10);
  });

  it('reads variables and their defaults', () => {
    const query = 'query ($n: Int = 5) { things(first: $n) { totalCount } }';
    expect(costOf(query)).toBe(5);
    expect(costOf(query, { n: 9 })).toBe(9);
  });

  it('counts the one operation that is asked for', () => {
    const query = 'query A { one { name } } query B { plain { name } }';
    expect(costOf(query, {}, 'A')).toBe(1);
    expect(costOf(query, {}, 'B')).toBe(10);
  });

  it('takes the schema for free', () => {
    expect(costOf(getIntrospectionQuery())).toBe(0);
  });
});

const refusal = (operation: CostedOperation, maxCost: number): GraphQLError | undefined => {
  try {
    refuseCostly(operation, maxCost);
    return undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
};

describe(refuseCostly, () => {
  it('lets pass what costs no more than is allowed', () => {
    expect(refusal(asked('{ plain { name } }'), 10)).toBeUndefined();
  });

  it('refuses the rest, with both numbers', () => {
    expect(refusal(asked('{ plain { name } }'), 9)?.extensions).toMatchObject({
      code: 'QUERY_TOO_COSTLY',
      cost: 10,
      maxCost: 9,
      http: { status: 400 },
    });
  });

  it('leaves variables that do not fit to the execution', () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { name } }';
    expect(refusal(asked(query, { ids: null }), 0)).toBeUndefined();
  });

  it('refuses an argument for which no value is left', () => {
    const query = 'query ($s: Int = 1) { things(size: $s) { totalCount } plain { name } }';
    expect(refusal(asked(query, { s: null }), 10_000)?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('refuses what has too many nodes to be counted', () => {
    const links = Array.from({ length: 300 }, (_, i) => `fragment L${i} on Query { ...L${i + 1} }`).join(' ');
    const query = `{ ${'...L0 '.repeat(50)} } ${links} fragment L300 on Query { one { name } }`;
    expect(refusal(asked(query), 10_000)?.extensions).toMatchObject({ code: 'QUERY_TOO_COSTLY' });
  });
});
