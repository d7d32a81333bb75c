/** How one field of a document gets its arguments: worked out once where nothing but the document decides on them. */
import {
  getArgumentValues,
  getNullableType,
  isEnumType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type FieldNode,
  type GraphQLField,
} from 'graphql';

type Arguments = Record<string, unknown>;

export type ArgumentPlan = (variableValues: Readonly<Record<string, unknown>>) => Arguments;

/**
 * Lists and input objects are made anew each time, for a resolver may change what it was given. Custom scalars are read
 * anew as well: what they make of a text may depend on the time.
 */
function isConstant(field: GraphQLField<unknown, unknown>, node: FieldNode): boolean {
  return field.args.every(({ name, type: argumentType }) => {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value === undefined) return true;
    const type = getNullableType(argumentType);
    return (
      value.kind !== Kind.VARIABLE &&
      (isEnumType(type) || (isScalarType(type) && isSpecifiedScalarType(type)))
    );
  });
}

function constantValues(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): Readonly<Arguments> | undefined {
  if (!isConstant(field, node)) return undefined;
  try {
    return getArgumentValues(field, node);
  } catch {
    // Then it must fail wherever the field is asked for.
    return undefined;
  }
}

export function planArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): ArgumentPlan {
  if (field.args.length === 0) return () => ({});
  const constant = constantValues(field, node);
  if (constant !== undefined) return () => ({ ...constant });
  return (variableValues) => getArgumentValues(field, node, variableValues);
}
