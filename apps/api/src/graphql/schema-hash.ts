/** Names a schema by what it promises: two deploys with the same types have the same name. */
import { hash } from 'node:crypto';
import { printSchema, type GraphQLSchema } from 'graphql';

export function hashOfSchema(schema: GraphQLSchema): string {
  return hash('sha256', printSchema(schema), 'base64url').slice(0, 16);
}
