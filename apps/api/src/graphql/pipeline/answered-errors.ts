/** What becomes of errors on their way to a client, by Apollo's rules: their codes, their format, and the status they ask for. */
import { HeaderMap, type HTTPGraphQLHead } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';

export interface ErrorFormatting {
  readonly formatError?:
    ((formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError) | undefined;
  readonly includeStacktraceInErrorResponses: boolean;
}

export interface AnsweredErrors {
  readonly formatted: readonly GraphQLFormattedError[];
  readonly head: HTTPGraphQLHead;
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new GraphQLError(`Unexpected error value: ${String(thrown)}`);
}

export function graphqlErrorOf(thrown: unknown): GraphQLError {
  const error = errorOf(thrown);
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}

/** graphql tells faults of variables by nothing but their words. */
const faultsOfVariables = [
  'has invalid value',
  'got invalid value ',
  'of required type ',
  'of non-null type ',
];

function isFaultOfVariable({ message, nodes, extensions }: GraphQLError): boolean {
  const [node, ...others] = nodes ?? [];
  if (node?.kind !== Kind.VARIABLE_DEFINITION || others.length > 0) return false;
  const { code } = extensions;
  if (code !== undefined && code !== null) return false;
  const subject = `Variable "$${node.variable.name.value}" `;
  return faultsOfVariables.some((fault) => message.startsWith(subject + fault));
}

/** Gives faults of the client's variables the code that says so. */
export function withCode(error: GraphQLError): GraphQLError {
  if (!isFaultOfVariable(error)) return error;
  const { message, nodes, extensions } = error;
  const coded = new GraphQLError(message, {
    nodes: nodes ?? [],
    originalError: error.originalError ?? error,
    extensions: { ...extensions, code: ApolloServerErrorCode.BAD_USER_INPUT },
  });
  coded.name = 'UserInputError';
  return coded;
}

export function mergeHead(target: HTTPGraphQLHead, { status, headers }: Partial<HTTPGraphQLHead>): void {
  if (status !== undefined && status !== 0) target.status = status;
  for (const [name, value] of headers ?? []) target.headers.set(name, value);
}

function isHead(value: unknown): value is Partial<HTTPGraphQLHead> {
  if (typeof value !== 'object' || value === null) return false;
  const hasStatus = !('status' in value) || typeof value.status === 'number';
  return hasStatus && (!('headers' in value) || value.headers instanceof Map);
}

/** @param head takes the status and the headers that an error asks for. */
function plainly(thrown: unknown, withStack: boolean, head: HTTPGraphQLHead): GraphQLFormattedError {
  const error = graphqlErrorOf(thrown);
  const extensions: Record<string, unknown> = {
    ...error.extensions,
    code: error.extensions['code'] ?? ApolloServerErrorCode.INTERNAL_SERVER_ERROR,
  };
  if (isHead(extensions['http'])) {
    mergeHead(head, extensions['http']);
    delete extensions['http'];
  }
  if (withStack) extensions['stacktrace'] = error.stack?.split('\n');
  return { ...error.toJSON(), extensions };
}

export function answeredErrors(
  errors: readonly GraphQLError[],
  { formatError = (formatted) => formatted, includeStacktraceInErrorResponses: withStack }: ErrorFormatting,
): AnsweredErrors {
  const head: HTTPGraphQLHead = { headers: new HeaderMap() };
  const formatted = errors.map((error) => {
    try {
      return formatError(plainly(error, withStack, head), error);
    } catch (fault) {
      if (withStack) return plainly(fault, withStack, head);
      const extensions = { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR };
      return { message: 'Internal server error', extensions };
    }
  });
  return { formatted, head };
}
