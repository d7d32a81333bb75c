/** Tells GraphQL errors by their tag and not by their class: a package may bring its own copy of graphql. */
import type { GraphQLError } from 'graphql';

export function isGraphqlError(error: unknown): error is GraphQLError {
  return Object.prototype.toString.call(error) === '[object GraphQLError]';
}
