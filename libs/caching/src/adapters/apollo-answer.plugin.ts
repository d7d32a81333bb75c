/** Tells the cache what an operation was: a question or not, its name, and whether its answer is whole. */
import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { currentReads } from '../core/reads-recorder.js';

export function answerPlugin<Context extends BaseContext>(defaultTtlMs: number): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      const recorder = currentReads();
      if (recorder === undefined) return Promise.resolve();
      return Promise.resolve({
        didResolveOperation: ({ operation, operationName }) => {
          if (operation?.operation !== OperationTypeNode.QUERY)
            recorder.refuse(operation?.operation ?? 'nothing');
          recorder.description = { operation: operationName ?? 'anonymous', ttlMs: defaultTtlMs };
          return Promise.resolve();
        },
        didEncounterErrors: () => {
          recorder.refuse('errors');
          return Promise.resolve();
        },
        willSendResponse: ({ response }) => {
          const isWhole = response.body.kind === 'single' && response.body.singleResult.errors === undefined;
          if (!isWhole) recorder.refuse('errors');
          return Promise.resolve();
        },
      });
    },
  };
}
