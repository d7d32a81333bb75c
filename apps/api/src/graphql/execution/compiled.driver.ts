/**
 * Nest's Apollo driver with three changes: operations are executed by plans, for which Apollo's own door is its `gateway`
 * option; known documents are answered past Apollo's own pipeline; and fields that Nest has nothing to do for are resolved
 * past its wrapper. Every hook of plugins is called as before, `willResolveField` included.
 */
import { ApolloServer, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import { PartialExecution } from '@app/caching';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { Inject, Optional } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import type { FastifyInstance } from 'fastify';
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { KnownDocuments } from '../pipeline/known-documents.js';
import { KnownPipeline, type PipelineOptions } from '../pipeline/known-pipeline.js';
import { CompiledExecution } from './compiled-execution.js';
import { withPlainFieldResolvers } from './plain-field-resolvers.js';
import type { WillResolveField } from './watched-field.js';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type SchemaListener = Parameters<Gateway['onSchemaLoadOrUpdate']>[0];

interface Asked {
  readonly document: DocumentNode;
  readonly contextValue: unknown;
  readonly variables: { readonly [name: string]: unknown } | undefined;
  readonly operationName: string | undefined;
}

type Execution = (
  asked: Asked,
  willResolveField?: WillResolveField,
) => ExecutionResult | Promise<ExecutionResult>;

function executionOf(
  schema: GraphQLSchema,
  { rootValue, fieldResolver, executionOptions }: ApolloDriverConfig,
  partial: PartialExecution | undefined,
): Execution {
  const execution = new CompiledExecution();
  return ({ document, contextValue, variables, operationName }, willResolveField) => {
    const args: ExecutionArgs = {
      schema,
      document,
      rootValue: typeof rootValue === 'function' ? rootValue(document) : rootValue,
      contextValue,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
      fieldResolver: fieldResolver ?? null,
      ...(executionOptions === undefined ? {} : { options: executionOptions }),
    };
    return partial === undefined
      ? execution.execute(args, willResolveField)
      : partial.execute(args, (part) => execution.execute(part, willResolveField));
  };
}

function gatewayTo(execute: Execution, schema: GraphQLSchema): Gateway {
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
        executor: async ({ document, context, request: { variables, operationName } }) =>
          execute({ document, contextValue: context, variables, operationName }),
      };
    },
    async stop() {},
  };
}

/** Undefined where documents are kept by somebody else, cannot be told by their text, or need not be valid. */
function documentsToKnow(options: ApolloDriverConfig): KnownDocuments | undefined {
  const { documentStore, parseOptions, dangerouslyDisableValidation } = options;
  if (documentStore !== undefined || parseOptions?.noLocation === true) return undefined;
  return dangerouslyDisableValidation === true ? undefined : new KnownDocuments();
}

export class CompiledDriver extends ApolloDriver {
  /** Executes of a query only what is not cached; without the cache's module there is none. */
  @Inject(PartialExecution)
  @Optional()
  private readonly partial: PartialExecution | undefined;

  @Inject(ExternalContextCreator)
  private readonly contexts: ExternalContextCreator;

  /** Known to Apollo's pipeline and to ours; express has Apollo's only. */
  #pipelineOptions: PipelineOptions | undefined;

  /** Nest looks for the resolvers before anything is awaited. */
  override generateSchema(options: ApolloDriverConfig): ReturnType<ApolloDriver['generateSchema']> {
    const generate = () => super.generateSchema(options);
    const { contexts, applicationConfig: config } = this;
    return config === undefined ? generate() : withPlainFieldResolvers(contexts, config, generate);
  }

  override async start(options: ApolloDriverConfig): Promise<void> {
    const { schema, context } = options;
    if (schema === undefined)
      throw new Error('There is no schema to execute; list the resolvers in a module.');
    const execute = executionOf(schema, options, this.partial);
    const documents = documentsToKnow(options);
    if (documents !== undefined) {
      this.#pipelineOptions = {
        schema,
        documents,
        execute: ({ document, contextValue, request: { variables, operationName } }, willResolveField) =>
          execute({ document, contextValue, variables, operationName }, willResolveField),
        contextOf: context as PipelineOptions['contextOf'],
      };
    }
    const gateway = gatewayTo(execute, schema);
    await super.start({
      ...options,
      ...(documents === undefined ? {} : { documentStore: documents }),
      gateway,
    } as ApolloDriverConfig);
  }

  /** As the driver does itself, but for who is asked first. */
  protected override async registerFastify(options: ApolloDriverConfig): Promise<void> {
    const app = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    const plugins = [...(options.plugins ?? []), fastifyApolloDrainPlugin(app)];
    // Nest's own drivers pass the schema and the gateway as well, which the type forbids.
    const config = { ...options, plugins } as unknown as ApolloServerOptionsWithGateway<BaseContext>;
    const server = new ApolloServer(config);
    await server.start();
    const rest = fastifyApolloHandler(server, { context: options.context });
    const known = this.#pipelineOptions && new KnownPipeline(server, this.#pipelineOptions);
    app.route({
      url: options.path ?? '/graphql',
      method: ['GET', 'POST', 'OPTIONS'],
      handler: known?.before(rest) ?? rest,
    });
    this.apolloServer = server;
  }
}
