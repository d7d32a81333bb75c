/** The errors of values of an interface or union whose type cannot be told, in graphql's own words. */
import { GraphQLError, isObjectType, type GraphQLAbstractType, type GraphQLNamedType } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { FieldPlan } from './operation-plan.js';

export interface ResolvedType {
  /** What `resolveType` answered. */
  readonly name: unknown;
  /** The schema's type of that name. */
  readonly runtimeType: GraphQLNamedType | undefined;
  readonly value: unknown;
}

export function invalidRuntimeType(
  { parentType, definition, nodes }: FieldPlan,
  type: GraphQLAbstractType,
  { name, runtimeType, value }: ResolvedType,
): GraphQLError {
  const place = `${parentType.name}.${definition.name}`;
  if (name === undefined || name === null) {
    return new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${place}". Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      { nodes },
    );
  }
  if (isObjectType(name)) {
    return new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string') {
    return new GraphQLError(
      `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${place}" with value ${inspect(value)}, received "${inspect(name)}".`,
    );
  }
  if (runtimeType === undefined) {
    return new GraphQLError(
      `Abstract type "${type.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      { nodes },
    );
  }
  if (!isObjectType(runtimeType)) {
    return new GraphQLError(`Abstract type "${type.name}" was resolved to a non-object type "${name}".`, {
      nodes,
    });
  }
  return new GraphQLError(
    `Runtime Object type "${runtimeType.name}" is not a possible type for "${type.name}".`,
    { nodes },
  );
}
