/**
 * Nest's Apollo driver with one change: operations are executed by plans. Apollo's own door for that is its `gateway`
 * option. Every hook of its plugins is called as before, `willResolveField` included.
 */
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { PartialExecution } from '@app/caching';
import { Inject, Optional } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { ExecutionArgs, GraphQLSchema } from 'graphql';
import { CompiledExecution } from './compiled-execution.js';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type SchemaListener = Parameters<Gateway['onSchemaLoadOrUpdate']>[0];

function compiledGateway(
  schema: GraphQLSchema,
  options: ApolloDriverConfig,
  partial: PartialExecution | undefined,
): Gateway {
  const execution = new CompiledExecution();
  const compiled = (args: ExecutionArgs) => execution.execute(args);
  const execute = partial === undefined ? compiled : (args: ExecutionArgs) => partial.execute(args, compiled);
  const { rootValue, fieldResolver, executionOptions } = options;
  const listeners = new Set<SchemaListener>();
  return {
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      // There is no supergraph; nothing of Apollo's asks for its text.
      for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return {
        // oxlint-disable-next-line require-await -- Apollo awaits it; an error thrown here must reject.
        executor: async ({ document, context, request }) =>
          execute({
            schema,
            document,
            rootValue: typeof rootValue === 'function' ? rootValue(document) : rootValue,
            contextValue: context,
            variableValues: request.variables ?? null,
            operationName: request.operationName ?? null,
            fieldResolver: fieldResolver ?? null,
            ...(executionOptions === undefined ? {} : { options: executionOptions }),
          }),
      };
    },
    async stop() {},
  };
}

export class CompiledDriver extends ApolloDriver {
  /** Executes of a query only what is not cached; without the cache's module there is none. */
  @Inject(PartialExecution)
  @Optional()
  private readonly partial: PartialExecution | undefined;

  override async start(options: ApolloDriverConfig): Promise<void> {
    const { schema } = options;
    if (schema === undefined)
      throw new Error('There is no schema to execute; list the resolvers in a module.');
    await super.start({
      ...options,
      gateway: compiledGateway(schema, options, this.partial),
    } as ApolloDriverConfig);
  }
}
