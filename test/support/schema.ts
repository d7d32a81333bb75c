/** The API's schema as a client learns it, by introspection. */
import {
  buildClientSchema,
  getIntrospectionQuery,
  isObjectType,
  isScalarType,
  isEnumType,
  getNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import type { GraphqlClient } from './graphql-client.js';

export async function readSchema(guest: GraphqlClient): Promise<GraphQLSchema> {
  return buildClientSchema(await guest.data<IntrospectionQuery>(getIntrospectionQuery({ oneOf: true })));
}

export function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'));
}

/** The fields that need neither arguments nor a selection of their own. */
export function leafFieldsOf(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields())
    .filter(({ args }) =>
      args.every((argument) => argument.defaultValue !== undefined || !String(argument.type).endsWith('!')),
    )
    .filter((field) => isScalarType(getNamedType(field.type)) || isEnumType(getNamedType(field.type)))
    .map(({ name }) => name);
}
