/** How the schema is built from the decorated classes, for the server and for `schema.graphql` alike. */
import type { BuildSchemaOptions } from '@nestjs/graphql';

export const schemaOptions = {
  autoSchemaFile: true as const,
  sortSchema: true,
  buildSchemaOptions: { numberScalarMode: 'integer' } satisfies BuildSchemaOptions,
};
