/** Refuses costly operations once their variables are known, and answers aborted ones with 504. */
import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { findAppError, RequestAborted } from '@app/platform';
import { GraphQLError } from 'graphql';
import { refuseCostly } from './query-cost.js';

export function requestLimitsPlugin(maxCost: number): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, request, operationName }) {
          try {
            refuseCostly({ schema, document, operationName, variables: request.variables }, maxCost);
          } catch (error) {
            // Variables that do not fit are reported with their place by the execution itself.
            if (error instanceof GraphQLError && error.extensions['code'] === 'QUERY_TOO_COSTLY') throw error;
          }
        },
        async willSendResponse({ errors, response }) {
          if (errors?.some((error) => findAppError(unwrapResolverError(error)) instanceof RequestAborted))
            response.http.status = 504;
        },
      };
    },
  };
}
