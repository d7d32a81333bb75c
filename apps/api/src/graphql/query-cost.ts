/**
 * What a query may cost at most: an object counts one, a list as many as its arguments let it be long, a scalar nothing.
 */
import {
  getNamedType,
  GraphQLError,
  isCompositeType,
  isListType,
  isNonNullType,
  type GraphQLOutputType,
} from 'graphql';
import { getComplexity, type ComplexityEstimatorArgs } from 'graphql-query-complexity';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { defaultPageSize } from './relay/page-args.js';

/** Entries assumed for a list without a page size, such as the lines of an order. */
const plainListSize = 10;

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function lengthOf({ field, type, args }: ComplexityEstimatorArgs): number {
  // The connection itself was multiplied by its page size; its edges and nodes are that page.
  if (type.name.endsWith('Connection')) return 1;
  if (field.args.some(({ name }) => name === 'first')) {
    const size = (args['first'] ?? args['last'] ?? defaultPageSize) as number;
    return Math.max(size, 1);
  }
  if (!isList(field.type)) return 1;
  const ids = args['ids'] as readonly unknown[] | undefined;
  return ids?.length ?? plainListSize;
}

function estimate(asked: ComplexityEstimatorArgs): number {
  const isObject = isCompositeType(getNamedType(asked.field.type));
  return isObject ? lengthOf(asked) * (1 + asked.childComplexity) : asked.childComplexity;
}

export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}

export function queryCost({ schema, document, operationName, variables }: CostedOperation): number {
  return getComplexity({
    schema,
    query: document,
    variables: { ...variables },
    estimators: [estimate],
    ...(operationName === undefined || operationName === null ? {} : { operationName }),
  });
}

/** @throws GraphQLError `QUERY_TOO_COSTLY` */
export function refuseCostly(operation: CostedOperation, maxCost: number): void {
  const cost = queryCost(operation);
  if (cost <= maxCost) return;
  throw new GraphQLError(
    `The query may cost ${cost}; ${maxCost} is allowed. Ask for smaller pages or fewer levels.`,
    {
      extensions: { code: 'QUERY_TOO_COSTLY', cost, maxCost, http: { status: 400 } },
    },
  );
}
