import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import fc from 'fast-check';
import { buildSchema, execute, type GraphQLSchema, isObjectType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { addsNothing, cacheControlHeader, type CachePolicy } from '../../core/cache-policy.js';
import { ExecutionNotes } from '../../core/execution-notes.js';
import {
  drawFrom,
  type RandomOperation,
  randomOperation,
  randomResolver,
  randomSchemaSdl,
} from '../../testing/random-graphql.js';
import { cacheDirectiveDefinitions } from './cache-directives.js';
import { observeExecution } from './observe-execution.js';
import { OperationPolicy } from './operation-policy.js';

const operationsPerSchema = 25;

interface Verdict {
  readonly header: string | undefined;
  readonly maxAge: number | undefined;
  readonly scope: string;
}

interface Ear {
  heard(verdict: Verdict): void;
}

/** A schema, answered by seeded resolvers, with Apollo Server on one copy of it and nothing but our notes on the other. */
class Shop {
  readonly #ours: GraphQLSchema;
  readonly #apollo: ApolloServer<Ear>;

  constructor(
    seed: number,
    readonly defaultMaxAge: number,
    speaksOneIn: number,
  ) {
    const sdl = cacheDirectiveDefinitions + randomSchemaSdl(drawFrom(seed));
    this.#ours = resolved(buildSchema(sdl), seed, speaksOneIn);
    observeExecution(this.#ours, {
      defaultAge: { maxAge: defaultMaxAge },
      notesOf: (context) => (context instanceof ExecutionNotes ? context : undefined),
    });
    const eavesdropper: ApolloServerPlugin<Ear> = {
      requestDidStart: async () => ({
        willSendResponse: async ({ contextValue, overallCachePolicy, response }) => {
          contextValue.heard({
            header: response.http.headers.get('cache-control'),
            maxAge: overallCachePolicy.maxAge,
            scope: overallCachePolicy.scope ?? 'PUBLIC',
          });
        },
      }),
    };
    this.#apollo = new ApolloServer({
      schema: resolved(buildSchema(sdl), seed, speaksOneIn),
      plugins: [ApolloServerPluginCacheControl({ defaultMaxAge }), eavesdropper],
      stopOnTerminationSignals: false,
    });
  }

  get schema(): GraphQLSchema {
    return this.#ours;
  }

  start(): Promise<void> {
    return this.#apollo.start();
  }

  stop(): Promise<void> {
    return this.#apollo.stop();
  }

  async apollo(operation: RandomOperation): Promise<Verdict> {
    let verdict: Verdict | undefined;
    // Apollo copies the context of each operation; a function is the same in the copy.
    const contextValue: Ear = { heard: (said) => (verdict = said) };
    const { body } = await this.#apollo.executeOperation(operation, { contextValue });
    if (body.kind !== 'single' || body.singleResult.errors !== undefined || verdict === undefined)
      throw new Error(`Apollo refused ${operation.query}: ${JSON.stringify(body)}`);
    return verdict;
  }

  async our(operation: RandomOperation): Promise<{
    exact: CachePolicy;
    withoutNotes: CachePolicy;
    floor: CachePolicy;
    needsTypeNames: boolean;
  }> {
    const document = parse(operation.query);
    const policy = OperationPolicy.compile(this.#ours, document, 'Q', {
      defaultAge: { maxAge: this.defaultMaxAge },
    });
    if (policy === undefined) throw new Error('The operation is there.');
    const request = policy.forRequest(operation.variables);
    const notes = new ExecutionNotes(request.needsTypeNames);
    const result = await execute({
      schema: this.#ours,
      document,
      variableValues: operation.variables,
      contextValue: notes,
    });
    const answer = result.data ?? {};
    return {
      exact: request.policyOf(answer, notes),
      withoutNotes: request.policyOf(answer),
      floor: request.staticPolicy,
      needsTypeNames: request.needsTypeNames,
    };
  }
}

function resolved(schema: GraphQLSchema, seed: number, speaksOneIn: number): GraphQLSchema {
  const resolve = randomResolver(seed, speaksOneIn);
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields())) field.resolve = resolve;
  return schema;
}

interface Tally {
  cases: number;
  cacheable: number;
  needTypes: number;
  laxerThanFloor: number;
}

/** Runs random operations on random schemas and hands each to `compare`. */
async function compareWithApollo(
  schemas: number,
  speaksOneIn: number,
  compare: (apollo: Verdict, our: Awaited<ReturnType<Shop['our']>>) => void,
): Promise<Tally> {
  const tally: Tally = { cases: 0, cacheable: 0, needTypes: 0, laxerThanFloor: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(0, 30, 75, 100),
      fc.array(fc.integer(), { minLength: operationsPerSchema, maxLength: operationsPerSchema }),
      async (seed, defaultMaxAge, operationSeeds) => {
        const shop = new Shop(seed, defaultMaxAge, speaksOneIn);
        await shop.start();
        try {
          for (const operationSeed of operationSeeds) {
            const operation = randomOperation(shop.schema, drawFrom(operationSeed));
            if (validate(shop.schema, parse(operation.query)).length > 0) continue;
            const [apollo, our] = [await shop.apollo(operation), await shop.our(operation)];
            tally.cases += 1;
            if (apollo.header !== 'no-store') tally.cacheable += 1;
            if (our.needsTypeNames) tally.needTypes += 1;
            if (!addsNothing(our.exact, our.floor)) tally.laxerThanFloor += 1;
            compare(apollo, our);
          }
        } finally {
          await shop.stop();
        }
      },
    ),
    { numRuns: schemas, seed: 42, endOnFailure: true },
  );
  return tally;
}

function expectEqual(policy: CachePolicy, apollo: Verdict): void {
  expect({
    header: cacheControlHeader(policy),
    maxAge: policy.maxAgeSeconds === Infinity ? undefined : policy.maxAgeSeconds,
    scope: policy.scope,
  }).toEqual(apollo);
}

describe('the policy of an operation, against Apollo Server', () => {
  it('is the same for random schemas, documents, variables and answers', async () => {
    const tally = await compareWithApollo(84, 0, (apollo, our) => {
      expectEqual(our.exact, apollo);
      if (!our.needsTypeNames) expectEqual(our.withoutNotes, apollo);
      expect(addsNothing(our.floor, our.withoutNotes)).toBe(true);
      expect(addsNothing(our.withoutNotes, our.exact)).toBe(true);
    });
    expect(tally.cases).toBeGreaterThanOrEqual(2000);
    // The comparison would prove little if all answers were alike.
    expect(tally.cacheable).toBeGreaterThan(500);
    expect(tally.needTypes).toBeGreaterThan(100);
    expect(tally.laxerThanFloor).toBeGreaterThan(100);
  }, 60_000);

  it('is the same when resolvers set hints of their own', async () => {
    const tally = await compareWithApollo(42, 5, (apollo, our) => expectEqual(our.exact, apollo));
    expect(tally.cases).toBeGreaterThanOrEqual(1000);
    expect(tally.cacheable).toBeGreaterThan(500);
  }, 60_000);
});
