import fc from 'fast-check';
import { execute, GraphQLError, parse, type ExecutionArgs } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompiledExecution } from './compiled-execution.js';
import { randomQuery } from '../../../../../test/support/random-query.js';
import { worldSchema, type WorldContext } from '../../../../../test/support/random-world.js';

const seed32 = fc.noBias(fc.nat());

/** Everything of an error that a plugin or an error format can see. */
function told(error: GraphQLError) {
  const { message, path, locations, extensions, positions, nodes, originalError } = error;
  return {
    isGraphqlError: error instanceof GraphQLError,
    message,
    path,
    locations,
    extensions,
    positions,
    starts: nodes?.map((node) => node.loc?.start),
    original: originalError && { message: originalError.message, class: originalError.constructor.name },
  };
}

async function outcome(executor: typeof execute, args: ExecutionArgs) {
  const { data, errors, ...rest } = await executor(args);
  return { json: JSON.stringify(data), errors: errors?.map(told), rest, hasData: data !== undefined };
}

const compiled = new CompiledExecution();
const compiledExecute = ((args: ExecutionArgs) => compiled.execute(args)) as typeof execute;

async function expectSameOutcome(args: ExecutionArgs, contextOf: () => WorldContext): Promise<void> {
  const [theirs, ours] = [contextOf(), contextOf()];
  const expected = await outcome(execute, { ...args, contextValue: theirs });
  // The second time the plan is there already.
  await outcome(compiledExecute, { ...args, contextValue: contextOf() });
  expect(await outcome(compiledExecute, { ...args, contextValue: ours })).toEqual(expected);
  // What lies below a place that is null already goes on when the answer is there.
  await new Promise(setImmediate);
  expect(JSON.stringify(ours.calls, named)).toEqual(JSON.stringify(theirs.calls, named));
}

function named(key: string, value: unknown): unknown {
  if (key === 'schema') return value === worldSchema;
  return key === 'operation' || key === 'fragments' ? Object.keys(value as object) : value;
}

const ignore = () => {};

/** graphql 16 itself leaves promises of list items unheard when another item of the list throws. */
function ignoreUnheardItems(): void {
  const listeners = process.listeners('unhandledRejection');
  beforeAll(() => {
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore);
  });
  afterAll(async () => {
    await new Promise(setImmediate);
    process.off('unhandledRejection', ignore);
    for (const listener of listeners) process.on('unhandledRejection', listener);
  });
}

describe('operations executed by plans', () => {
  ignoreUnheardItems();

  it.each([
    ['in a well-behaved world', 0],
    ['with some trouble', 8],
    ['with trouble everywhere', 35],
  ])('answer, fail and call resolvers as graphql does, %s', async (_, mischief) => {
    await fc.assert(
      fc.asyncProperty(seed32, seed32, async (querySeed, seed) => {
        const { source, ...asked } = randomQuery(querySeed);
        const document = parse(source);
        const args = {
          schema: worldSchema,
          document,
          rootValue: { plain: 'root', method: 'of the root' },
          ...asked,
        };
        await expectSameOutcome(args, () => ({ seed, mischief, calls: [] }));
      }),
      { numRuns: 500, seed: 20_261_124 },
    );
  });
});
