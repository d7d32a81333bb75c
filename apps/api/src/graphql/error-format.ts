/** Turns whatever was thrown into what a client may see: our own errors as they are, everything unexpected masked. */
import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { currentRequest, findAppError, type PlatformLogger } from '@app/platform';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes by which GraphQL itself and Apollo refuse a request; their texts speak of the request only. */
const requestCodes: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COSTLY',
  'QUERY_TOO_LARGE',
  'TOO_MANY_ALIASES',
]);

function place({ path, locations }: GraphQLFormattedError): Partial<GraphQLFormattedError> {
  return { ...(path === undefined ? {} : { path }), ...(locations === undefined ? {} : { locations }) };
}

export function createErrorFormat(logger: PlatformLogger) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const error = unwrapResolverError(thrown);
    const ours = findAppError(error);
    if (ours !== undefined && ours.kind !== 'INTERNAL') {
      return { message: ours.message, ...place(formatted), extensions: { code: ours.code, ...ours.details } };
    }
    const code = formatted.extensions?.['code'];
    // A GraphQLError that came from the request itself; one that a resolver threw carries an original error.
    if (requestCodes.has(code) && !(thrown instanceof GraphQLError && thrown.originalError !== undefined)) {
      return {
        message: formatted.message,
        ...place(formatted),
        extensions: { ...formatted.extensions, code },
      };
    }
    const requestId = currentRequest()?.requestId;
    logger.error('request failed', { err: error, path: formatted.path?.join('.') });
    return {
      message: `Something went wrong on our side. Tell us the request id ${requestId ?? ''}.`.replace(
        ' .',
        '.',
      ),
      ...place(formatted),
      extensions: { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR, requestId },
    };
  };
}
