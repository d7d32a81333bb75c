/** Turns whatever was thrown into what a client may see: our own errors as they are, everything unexpected masked. */
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { currentRequest, findAppError, type PlatformLogger } from '@app/platform';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { isGraphqlError } from './is-graphql-error.js';

export const ERROR_FORMAT = Symbol('ERROR_FORMAT');

export type ErrorFormat = (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;

export interface ErrorFormatOptions {
  /** "Did you mean …?" tells the schema to whoever guesses. */
  readonly hidesSuggestions: boolean;
}

function place({ path, locations }: GraphQLFormattedError): Partial<GraphQLFormattedError> {
  return { ...(path === undefined ? {} : { path }), ...(locations === undefined ? {} : { locations }) };
}

/** What was thrown first, before GraphQL and Apollo put it into errors of their own. */
function rootOf(thrown: unknown): unknown {
  return isGraphqlError(thrown) ? (thrown.originalError ?? thrown) : thrown;
}

/**
 * Errors without a path are not a field's: the document, its variables or the request around it were refused. Those of
 * them that began as GraphQL errors speak of the request only.
 */
function isRefusal(thrown: unknown, root: unknown): root is GraphQLError {
  return isGraphqlError(thrown) && thrown.path === undefined && isGraphqlError(root);
}

/** character_not_in_repertoire, untranslatable_character: PostgreSQL keeps every character but U+0000. */
const unstorableTextStates: ReadonlySet<unknown> = new Set(['22021', '22P05']);

function isUnstorableText(root: unknown): boolean {
  const { driverError } = (root ?? {}) as { driverError?: { code?: unknown } };
  return unstorableTextStates.has(driverError?.code);
}

/** Texts of graphql and Apollo that would not help a client, or that repeat what he sent, which may be a password. */
const rewordings: readonly (readonly [RegExp, string])[] = [
  [/Maximum call stack size exceeded/, 'The document is nested too deeply.'],
  [/^Validation aborted\.$/, 'The document selects too much that has to be compared; ask for less.'],
  [
    /^GraphQL introspection is not allowed.*$/s,
    'Introspection is off here; the schema is published with the source.',
  ],
  [/got invalid value [\s\S]*?(?: (at "[\w.[\]]+"))?; ([^;]*)$/, 'got invalid value $1; $2'],
];

function reworded(message: string): string {
  return rewordings
    .reduce((text, [pattern, better]) => text.replace(pattern, better), message)
    .replace(' ;', ';');
}

function refusalCode(formatted: GraphQLFormattedError, root: GraphQLError): unknown {
  const code = root.extensions['code'] ?? formatted.extensions?.['code'];
  const isKnown = code !== undefined && code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR;
  return isKnown ? code : ApolloServerErrorCode.BAD_REQUEST;
}

export function createErrorFormat(
  logger: PlatformLogger,
  { hidesSuggestions }: ErrorFormatOptions,
): ErrorFormat {
  return (formatted, thrown) => {
    const root = rootOf(thrown);
    const ours = findAppError(root);
    if (ours !== undefined && ours.kind !== 'INTERNAL') {
      return { message: ours.message, ...place(formatted), extensions: { code: ours.code, ...ours.details } };
    }
    if (isUnstorableText(root)) {
      return {
        message: 'A text has the character U+0000, which can be neither stored nor searched for.',
        ...place(formatted),
        extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT },
      };
    }
    if (isRefusal(thrown, root)) {
      const { http: _status, ...extensions } = formatted.extensions ?? {};
      return {
        message: reworded(
          hidesSuggestions ? formatted.message.replace(/ Did you mean .+\?$/s, '') : formatted.message,
        ),
        ...place(formatted),
        extensions: { ...extensions, code: refusalCode(formatted, root) },
      };
    }
    const requestId = currentRequest()?.requestId;
    logger.error('request failed', { err: root, path: formatted.path?.join('.') });
    const askWith = requestId === undefined ? '' : ` Tell us the request id ${requestId}.`;
    return {
      message: `Something went wrong on our side.${askWith}`,
      ...place(formatted),
      extensions: { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR, requestId },
    };
  };
}
