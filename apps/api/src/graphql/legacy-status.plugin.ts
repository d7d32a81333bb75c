/**
 * Answers 200 to documents that cannot be executed when the client asked for `application/json` by name.
 *
 * GraphQL over HTTP, section 6.4.1: clients of that older media type tell a GraphQL answer from a proxy's error page by
 * its status. Everybody else, `Accept: *\/*` included, gets the 400 of section 6.4.2.
 */
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError } from 'graphql';

const stages: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
]);

/** 0 when it is not named; RFC 9110, section 12.5.1. */
function qualityOf(mediaType: string, accept: string): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== mediaType) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return weight === undefined ? 1 : Number(weight) || 0;
  }
  return 0;
}

export function asksForLegacyJson(accept: string): boolean {
  const legacy = qualityOf('application/json', accept);
  return legacy > 0 && legacy > qualityOf('application/graphql-response+json', accept);
}

/** Our own limits are no fault of the document's form: whoever sends too much is told so by the status as well. */
function isFaultOfForm({ extensions, originalError }: GraphQLError): boolean {
  const ownCode = (originalError as Partial<GraphQLError> | undefined)?.extensions?.['code'];
  return stages.has(extensions['code']) && (ownCode === undefined || stages.has(ownCode));
}

export const legacyStatusPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ errors, request, response }) {
        const isRefused = response.http.status === 400 && errors?.every(isFaultOfForm) === true;
        if (isRefused && asksForLegacyJson(request.http?.headers.get('accept') ?? ''))
          response.http.status = 200;
      },
    };
  },
};
