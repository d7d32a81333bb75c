/**
 * What a query may cost at most: an object counts one, a list as many as its arguments let it be long, a scalar nothing.
 */
import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { getComplexity, type ComplexityEstimatorArgs } from 'graphql-query-complexity';
import { isGraphqlError } from './is-graphql-error.js';
import { defaultPageSize } from './relay/page-args.js';

/** Entries assumed for a list without a page size, such as the lines of an order. */
const plainListSize = 10;

function lengthOf({ field, type, args }: ComplexityEstimatorArgs): number {
  // The connection itself was multiplied by its page size; its edges and nodes are that page.
  if (type.name.endsWith('Connection')) return 1;
  if (field.args.some(({ name }) => name === 'first')) {
    const size = (args['first'] ?? args['last'] ?? defaultPageSize) as number;
    return Math.max(size, 1);
  }
  const isList = String(field.type).startsWith('[');
  if (!isList) return 1;
  const ids = args['ids'] as readonly unknown[] | undefined;
  return ids?.length ?? plainListSize;
}

/** What a mutation counts beside its answer: a transaction or a password's hash, so that aliases cannot make hundreds. */
const mutationCost = 500;

function estimate(asked: ComplexityEstimatorArgs): number {
  // The schema is in memory, and how deep one may dig in it is limited by graphql's own MaxIntrospectionDepthRule.
  if (asked.field.name.startsWith('__')) return 0;
  if (asked.type.name === 'Mutation') return mutationCost + asked.childComplexity;
  const isObject = asked.node.selectionSet !== undefined;
  return isObject ? lengthOf(asked) * (1 + asked.childComplexity) : asked.childComplexity;
}

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

/** @throws GraphQLError when it cannot be worked out, e.g. for a null where an argument needs a value. */
export function queryCost({ schema, document, operation, variables }: CostedOperation): number {
  return getComplexity({
    schema,
    query: document,
    variables: { ...variables },
    estimators: [estimate],
    ...(operation.name === undefined ? {} : { operationName: operation.name.value }),
  });
}

/**
 * Whatever cannot be costed is refused as well, or it would be the way around the limit. Variables that do not fit are
 * left to the execution, which runs nothing and tells where they are wrong.
 */
function costOrRefusal(operation: CostedOperation): number {
  try {
    return queryCost(operation);
  } catch (error) {
    if (!isGraphqlError(error)) throw error;
    if (error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION) return 0;
    // An argument has a place in the document; that the document is too large to be costed has none.
    const code = error.nodes === undefined ? 'QUERY_TOO_COSTLY' : 'BAD_USER_INPUT';
    throw new GraphQLError(error.message, {
      nodes: error.nodes ?? null,
      extensions: { code, http: { status: 400 } },
    });
  }
}

/** @throws GraphQLError `QUERY_TOO_COSTLY` */
export function refuseCostly(operation: CostedOperation, maxCost: number): void {
  const cost = costOrRefusal(operation);
  if (cost <= maxCost) return;
  throw new GraphQLError(
    `The query may cost ${cost}; ${maxCost} is allowed. Ask for smaller pages or fewer levels.`,
    { extensions: { code: 'QUERY_TOO_COSTLY', cost, maxCost, http: { status: 400 } } },
  );
}
