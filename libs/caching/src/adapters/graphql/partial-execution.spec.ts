import {
  buildSchema,
  execute,
  GraphQLError,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  printSchema,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { ReadsRecorder, currentReads, recordReads } from '../../core/reads-recorder.js';
import { watchScope } from '../../core/scope.js';
import { drawFrom, randomOperation, randomSchemaSdl, type Draw } from '../../testing/random-graphql.js';
import { readRow, ValueNode } from '../../testing/value-node.js';
import { AnswerRules } from './answer-rules.js';
import { cacheDirectiveDefinitions } from './cache-directives.js';
import { PartialExecution } from './partial-execution.js';

const shop = buildSchema(`
  type Query { products(first: Int = 2, category: ID): [Product!]! product(id: ID!): Product me: Me broken: Product now: Int! }
  type Product { id: ID! name(upper: Boolean): String! }
  type Me { id: ID! name: String! }
`);

const rules = new AnswerRules({ defaultTtlMs: 3_600_000 });

interface Viewer {
  readonly user: string;
}

class Shop {
  readonly ran: string[] = [];
  version = 1;

  constructor(private readonly node: ValueNode) {}

  products({ first, category }: { first: number; category?: string }) {
    this.ran.push('products');
    readRow('products', category ?? '1');
    return Array.from({ length: first }, (_, id) => ({
      id: `${id}${category ?? ''}`,
      name: `v${this.version}`,
    }));
  }

  product({ id }: { id: string }) {
    this.ran.push(`product ${id}`);
    readRow('products', id);
    return { id, name: ({ upper }: { upper?: boolean }) => (upper === true ? 'P' : 'p') };
  }

  me(_args: object, { viewer }: { viewer: Viewer }) {
    this.ran.push('me');
    return { id: viewer.user, name: viewer.user };
  }

  broken() {
    this.ran.push('broken');
    throw new Error('out of order');
  }

  now() {
    this.ran.push('now');
    currentReads()?.refuse('reads the clock');
    return this.node.nowMs;
  }
}

async function setUp() {
  const node = await new ValueNode().start();
  const root = new Shop(node);
  const partial = new PartialExecution(node.values, rules);
  const ask = async (
    source: string,
    { user = 'ada', variables = {} }: { user?: string; variables?: Record<string, unknown> } = {},
  ) => {
    const asker = { role: 'customer', user };
    const recorder = node.recorder(asker);
    const args: ExecutionArgs = {
      schema: shop,
      document: parse(source),
      rootValue: root,
      variableValues: variables,
      contextValue: {
        viewer: watchScope(asker, { role: 'role', user: 'user' }, (level) => currentReads()?.narrow(level)),
      },
    };
    root.ran.length = 0;
    const answer = await recordReads(recorder, async () => partial.execute(args, execute));
    const ran = [...root.ran];
    const plain = await execute({ ...args, contextValue: { viewer: asker } });
    expect(JSON.stringify(answer)).toBe(JSON.stringify(plain));
    return { answer, ran, recorder };
  };
  return { node, root, ask };
}

describe('a query of which some root fields are cached', () => {
  it('executes only the others', async () => {
    const { ask } = await setUp();
    const first = await ask('{ products { id } me { id } }');
    expect([first.ran, first.recorder.isPartlyCached]).toEqual([['products', 'me'], false]);
    const second = await ask('{ me { id } products { id } }', { user: 'bob' });
    expect([second.ran, second.recorder.isPartlyCached]).toEqual([['me'], true]);
    expect((await ask('{ products { id } me { id } }')).ran).toEqual([]);
  });

  it('finds them whatever they are called, however their arguments are written, in whatever fragment they lie', async () => {
    const { ask } = await setUp();
    await ask('{ products(first: 3) { id } me { id } }');
    expect((await ask('{ me { id } list: products(first: 3) { id } }')).ran).toEqual([]);
    const byVariable =
      'query Q($n: Int = 3) { products(first: $n) { id } ...M } fragment M on Query { me { id } }';
    expect((await ask(byVariable)).ran).toEqual([]);
    expect((await ask(byVariable, { variables: { n: 4 } })).ran).toEqual(['products']);
    const conditional =
      'query Q($y: Boolean!) { products(first: 3) @include(if: $y) { id } ... @skip(if: $y) { now } me { id } }';
    expect((await ask(conditional, { variables: { y: true } })).ran).toEqual([]);
  });

  it('tells apart what is selected, by fragments and variables below the root as well', async () => {
    const { ask } = await setUp();
    const query =
      'query Q($u: Boolean) { product(id: 1) { ...F } me { id } } fragment F on Product { name(upper: $u) }';
    expect((await ask(query, { variables: { u: true } })).ran).toEqual(['product 1', 'me']);
    expect((await ask(query, { variables: { u: false } })).ran).toEqual(['product 1']);
    expect((await ask(query.replace('{ name', '{ id name'), { variables: { u: true } })).ran).toEqual([
      'product 1',
    ]);
    expect((await ask(query, { variables: { u: true } })).ran).toEqual([]);
  });

  it('keeps the entries of one field together, which are read in one statement', async () => {
    const { ask } = await setUp();
    const query = '{ a: product(id: 1) { id } b: product(id: 2) { id } me { id } }';
    expect((await ask(query)).ran).toEqual(['product 1', 'product 2', 'me']);
    expect((await ask(query.replace('a:', 'x:'))).ran).toEqual([]);
  });

  it('executes again what a write has touched, and is itself overtaken by it', async () => {
    const { ask, node, root } = await setUp();
    const query = '{ products(category: "7") { id name } me { id } }';
    await ask(query);
    const { recorder } = await ask(query);
    expect(node.isTrue(recorder)).toBe(true);
    root.version = 2;
    await node.change('products', '7');
    expect(node.isTrue(recorder)).toBe(false);
    expect((await ask(query)).ran).toEqual(['products']);
  });

  it('is no more shared than the narrowest of its parts, found or made', async () => {
    const { ask } = await setUp();
    const query = '{ products { id } me { id } }';
    for (let time = 0; time < 2; time += 1) expect((await ask(query)).recorder.scope).toBe('user');
  });

  it('does not keep a field that fails or reads the clock, but the others', async () => {
    const { ask } = await setUp();
    const query = '{ broken { id } products { id } now }';
    const { recorder } = await ask(query);
    expect(recorder.obstacle).toBeDefined();
    const again = await ask(query);
    expect(again.ran).toEqual(['broken', 'now']);
    expect(again.answer.errors?.[0]).toBeInstanceOf(GraphQLError);
    expect(again.answer.errors?.[0]?.locations).toEqual([{ line: 1, column: 3 }]);
  });

  it('is executed as a whole when it is a mutation, has one root field or must see the database', async () => {
    const { node } = await setUp();
    const partial = new PartialExecution(node.values, rules);
    let wholes = 0;
    const run = async (source: string, passesCaches = false) => {
      const args = { schema: shop, document: parse(source), rootValue: new Shop(node) };
      const recorder = new ReadsRecorder(node.fence.reached, { passesCaches });
      await recordReads(recorder, async () =>
        partial.execute(args, (given) => {
          wholes += given === args ? 1 : 0;
          return execute(given);
        }),
      );
    };
    await run('{ products { id } }');
    await run('{ a: products { id } __typename }');
    await run('{ products { id } now }', true);
    await run('query A { now } query B { now }');
    await run('query Q($n: Int!) { products(first: $n) { id } now }');
    expect(wholes).toBe(5);
  });
});

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash >>> 0;
}

/** A field always answers alike, wherever in the answer it stands: with values, null, nothing or an error. */
const steadyResolver: GraphQLFieldResolver<unknown, unknown> = (_source, _args, _context, info) => {
  const draw = drawFrom(hashOf(`${info.parentType.name}.${info.fieldName}`));
  if (draw(25) === 0) throw new Error(`${info.fieldName} is out of order`);
  const value = valueOf(info.returnType, draw);
  return draw(3) === 0 ? Promise.resolve(value) : value;
};

function valueOf(type: GraphQLOutputType, draw: Draw): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, draw) ?? {};
  if (draw(8) === 0) return null;
  if (isListType(type)) {
    const itemType: GraphQLOutputType = type.ofType;
    return Array.from({ length: draw(3) }, () => valueOf(itemType, draw));
  }
  if (isAbstractType(type)) return { __typename: `O${draw(3)}` };
  return isObjectType(type) ? {} : draw(1_000);
}

describe('a root field of which the schema speaks', () => {
  const hinted = buildSchema(`${cacheDirectiveDefinitions}
    type Query {
      rate: Int @cacheControl(maxAge: 10)
      posts(of: ID!): Int @cacheTag(format: "posts-{$args.of}")
      me: Int @cacheControl(scope: PRIVATE)
      never: Int @cacheControl(maxAge: 0)
      other: Int
    }`);

  async function hintedShop() {
    const node = await new ValueNode().start();
    const partial = new PartialExecution(node.values, rules);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(name);
    const rootValue = Object.fromEntries(
      ['rate', 'posts', 'me', 'never', 'other'].map((name) => [name, note(name)]),
    );
    const ask = async (source: string, user = 'ada') => {
      ran.length = 0;
      const recorder = node.recorder({ role: 'customer', user });
      await recordReads(recorder, async () =>
        partial.execute({ schema: hinted, document: parse(source), rootValue }, execute),
      );
      return [...ran];
    };
    return { node, ask };
  }

  it('is kept no longer than it says, while the others are', async () => {
    const { node, ask } = await hintedShop();
    await ask('{ rate other }');
    node.nowMs += 9_000;
    expect(await ask('{ other rate }')).toEqual([]);
    node.nowMs += 1_001;
    expect(await ask('{ rate other }')).toEqual(['rate']);
  });

  it('ends by its tags', async () => {
    const { node, ask } = await hintedShop();
    await ask('{ posts(of: 7) other }');
    expect(await ask('{ posts(of: 7) other }')).toEqual([]);
    await node.log.append({ changes: [], tags: ['posts-7'] });
    expect(await ask('{ posts(of: 7) other }')).toEqual(['posts']);
  });

  it('is one user’s where it is private, although its resolver has looked at nobody', async () => {
    const { ask } = await hintedShop();
    await ask('{ me other }', 'ada');
    expect(await ask('{ me other }', 'bob')).toEqual(['me']);
    expect(await ask('{ me other }', 'ada')).toEqual([]);
  });

  it('is executed each time where it may not be kept', async () => {
    const { ask } = await hintedShop();
    await ask('{ never other }');
    expect(await ask('{ never other }')).toEqual(['never']);
  });
});

describe('random queries with several root fields', () => {
  it('have the same bytes from parts and as a whole, cached or not', async () => {
    let cachedParts = 0;
    let failed = 0;
    for (let seed = 0; seed < 25; seed += 1) {
      const draw = drawFrom(seed);
      const schema = buildSchema(cacheDirectiveDefinitions + randomSchemaSdl(draw));
      const node = await new ValueNode().start();
      const partial = new PartialExecution(node.values, rules);
      for (let question = 0; question < 40; question += 1) {
        const { query, variables } = randomOperation(schema, draw);
        const args = {
          schema,
          document: parse(query),
          variableValues: variables,
          fieldResolver: steadyResolver,
        };
        const expected = normalised(await execute(args));
        for (let time = 0; time < 2; time += 1) {
          const recorder = node.recorder();
          const answer = await recordReads(recorder, async () => partial.execute(args, execute));
          expect(normalised(answer), `${printSchema(schema)}\n${query}\n${JSON.stringify(variables)}`).toBe(
            expected,
          );
          if (recorder.isPartlyCached) cachedParts += 1;
          if (answer.errors !== undefined) failed += 1;
        }
      }
    }
    expect(cachedParts).toBeGreaterThan(300);
    expect(failed).toBeGreaterThan(100);
  });
});

/** Which of two errors is told first depends on time alone; where the root is null, graphql stops collecting at the first. */
function normalised({ data, errors = [] }: ExecutionResult): string {
  const told = data === null ? [] : errors.map((error) => JSON.stringify(error)).toSorted();
  return JSON.stringify({ data, told });
}
