/** An Apollo plugin that notes all hooks and what they see, and does mischief in the one that an operation's name asks for. */
import type { ApolloServerPlugin, BaseContext, GraphQLRequestContext, GraphQLResponse } from '@apollo/server';
import { GraphQLError } from 'graphql';

export type Told = readonly [hook: string, ...seen: unknown[]];

/** All that a hook can see of a request at that moment. */
function seen(context: GraphQLRequestContext<BaseContext>) {
  const { request, response, errors, operation, document, contextValue, overallCachePolicy } = context;
  const { queryHash, source, operationName, metrics, requestIsBatched, schema } = context;
  const { maxAge, scope } = overallCachePolicy;
  const policy = overallCachePolicy.policyIfCacheable();
  const head = { ...response.http, headers: [...response.http.headers] };
  return {
    asked: { queryHash, source, operationName, requestIsBatched },
    metrics: { ...metrics },
    policy: { maxAge, scope, policy },
    names: Object.keys(context).toSorted(),
    request: { ...request, http: { ...request.http, headers: [...(request.http?.headers ?? [])] } },
    response: { head, body: JSON.stringify(response.body) },
    errors: errors?.map((error) => ({
      ...error.toJSON(),
      name: error.name,
      cause: error.originalError?.message,
    })),
    operation: operation?.name?.value,
    definitions: document?.definitions.length,
    context: Object.keys(contextValue),
    hasSchema: schema.getQueryType()?.name,
  };
}

/** Does what the operation's name says, in the hook that it names. */
function act(hook: string, context: GraphQLRequestContext<BaseContext>): void {
  const { request, response, contextValue, overallCachePolicy } = context;
  const name = request.operationName;
  if (name === `Throw_${hook}`) throw new Error(`thrown in ${hook}`);
  if (name === `Refuse_${hook}`)
    throw new GraphQLError('refused', { extensions: { code: 'X', http: { status: 402 } } });
  if (name === `Head_${hook}`) {
    response.http.status = 201;
    response.http.headers.set('X-Hook', hook);
    response.http.headers.set('content-type', 'application/x-own');
  }
  if (name === `Vary_${hook}`) request.variables = { n: 1 };
  if (name === `Cache_${hook}`) {
    overallCachePolicy.restrict({ maxAge: 9, scope: 'PRIVATE' });
    overallCachePolicy.restrict({ maxAge: 20, scope: 'PUBLIC' });
  }
  if (name === `Replace_${hook}`) {
    overallCachePolicy.restrict({ maxAge: 9, scope: 'PRIVATE' });
    overallCachePolicy.replace({ maxAge: 30 });
    overallCachePolicy.replace({ scope: 'PUBLIC' });
  }
  if (name === `Context_${hook}`) Object.assign(contextValue, { added: true });
}

async function* lastPart() {
  yield { hasNext: false };
}

function inParts(http: GraphQLResponse['http']): GraphQLResponse {
  return {
    http,
    body: {
      kind: 'incremental',
      initialResult: { data: {}, hasNext: true },
      subsequentResults: lastPart(),
    },
  };
}

export function recorder(told: Told[]): ApolloServerPlugin {
  const note = async (hook: string, context: GraphQLRequestContext<BaseContext>): Promise<void> => {
    told.push([hook, seen(context)]);
    act(hook, context);
  };
  return {
    async unexpectedErrorProcessingRequest({ error }) {
      told.push(['unexpectedErrorProcessingRequest', error.message]);
    },
    async contextCreationDidFail({ error }) {
      told.push(['contextCreationDidFail', error.message]);
    },
    async invalidRequestWasReceived({ error }) {
      told.push(['invalidRequestWasReceived', error.message]);
    },
    async requestDidStart(started) {
      await note('requestDidStart', started);
      const watches = started.request.operationName?.startsWith('Watch') === true;
      return {
        didResolveSource: (context) => note('didResolveSource', context),
        async parsingDidStart() {
          told.push(['parsingDidStart']);
          return async (error) => void told.push(['parsingDidEnd', error?.message]);
        },
        async validationDidStart() {
          told.push(['validationDidStart']);
          return async (errors) => void told.push(['validationDidEnd', errors?.length]);
        },
        didResolveOperation: (context) => note('didResolveOperation', context),
        async responseForOperation(context) {
          await note('responseForOperation', context);
          if (context.operationName === 'InParts') return inParts(started.response.http);
          if (context.operationName !== 'Given') return null;
          const headers = started.response.http.headers;
          return {
            http: { status: 203, headers },
            body: { kind: 'single', singleResult: { data: { given: 1 } } },
          };
        },
        async executionDidStart(context) {
          await note('executionDidStart', context);
          return {
            ...(watches && {
              willResolveField({ info, args, source }) {
                told.push([
                  'willResolveField',
                  info.parentType.name,
                  info.path,
                  args,
                  JSON.stringify(source),
                ]);
                return (error, result) =>
                  void told.push(['didResolveField', info.fieldName, error?.message, JSON.stringify(result)]);
              },
            }),
            async executionDidEnd(error) {
              told.push(['executionDidEnd', error?.message]);
              act('executionDidEnd', context);
            },
          };
        },
        didEncounterErrors: (context) => note('didEncounterErrors', context),
        async willSendResponse(context) {
          await note('willSendResponse', context);
          const { body } = context.response;
          if (context.operationName === 'Changed' && body.kind === 'single')
            body.singleResult.extensions = { changed: true };
        },
      };
    },
  };
}
