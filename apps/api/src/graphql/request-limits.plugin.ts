/** Refuses costly operations once their variables are known, and what HTTP cannot serve; answers aborted ones with 504. */
import type { ApolloServerPlugin } from '@apollo/server';
import { findAppError, RequestAborted } from '@app/platform';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { refuseCostly } from './query-cost.js';

function isAborted({ originalError }: GraphQLError): boolean {
  return findAppError(originalError) instanceof RequestAborted;
}

export function requestLimitsPlugin(maxCost: number): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, request, operation }) {
          // No operation has the given name: the execution says so.
          if (operation === undefined) return;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
            throw new GraphQLError(
              'Subscriptions are served on the WebSocket of this URL, by graphql-transport-ws.',
              { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } },
            );
          }
          refuseCostly({ schema, document, operation, variables: request.variables }, maxCost);
        },
        async willSendResponse({ errors, response }) {
          if (errors?.some(isAborted)) response.http.status = 504;
        },
      };
    },
  };
}
