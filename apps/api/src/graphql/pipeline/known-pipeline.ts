/**
 * Answers known documents past Apollo's own pipeline, which hashes the text, looks for its document, negotiates, and copies
 * headers and contexts anew for every request. Everything else, and whatever has no answer of its own here, is Apollo's.
 */
import { HeaderMap, type ApolloServer, type BaseContext, type HTTPGraphQLResponse } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { GraphQLError, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { errorOf } from './answered-errors.js';
import { CachePolicy } from './cache-policy.js';
import { tellEach } from './hooks.js';
import type { KnownDocuments } from './known-documents.js';
import { knownRequestOf, type KnownRequest } from './known-request.js';
import { RequestRun, type ExecuteRun, type RunContext, type RunSettings } from './request-run.js';

/** What Apollo settles when it starts, the plugins that it adds included, and keeps to itself. */
interface ApolloParts {
  readonly internals: RunSettings & {
    readonly state: { readonly phase: string };
    readonly stringifyResult: (result: FormattedExecutionResult) => string | Promise<string>;
  };
  errorResponse(error: unknown, request: KnownRequest['http']): Promise<HTTPGraphQLResponse>;
}

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  readonly documents: KnownDocuments;
  readonly execute: ExecuteRun;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<BaseContext>;
}

function copyOf(context: BaseContext): BaseContext {
  return Object.assign(Object.create(Object.getPrototypeOf(context) as object) as object, context);
}

function send(reply: FastifyReply, { status = 200, headers, body }: HTTPGraphQLResponse): FastifyReply {
  for (const [name, value] of headers) void reply.header(name, value);
  if (body.kind !== 'complete') throw new Error('Nothing here answers in parts.');
  return reply.code(status).send(body.string);
}

export class KnownPipeline {
  readonly #apollo: ApolloParts;

  constructor(
    private readonly server: ApolloServer,
    private readonly options: PipelineOptions,
  ) {
    this.#apollo = server as unknown as ApolloParts;
  }

  /** @param rest answers what is not known. */
  before(rest: RouteHandlerMethod): RouteHandlerMethod {
    const answerKnown = this.#answer.bind(this);
    const { documents } = this.options;
    const { internals } = this.#apollo;
    return function answer(request, reply) {
      const asked = internals.state.phase === 'started' ? knownRequestOf(request, documents) : undefined;
      return asked === undefined ? rest.call(this, request, reply) : answerKnown(asked, request, reply);
    };
  }

  async #answer(asked: KnownRequest, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let contextValue: BaseContext;
    try {
      contextValue = await this.options.contextOf(request, reply);
    } catch (error) {
      return send(reply, await this.#withoutContext(asked, error));
    }
    return send(reply, await this.#answerWith(contextValue, asked));
  }

  /** Apollo asks for the context in its turn; it is made once only. */
  async #withoutContext({ http }: KnownRequest, error: unknown): Promise<HTTPGraphQLResponse> {
    const context = async () => {
      throw error;
    };
    return this.server.executeHTTPGraphQLRequest({ httpGraphQLRequest: http, context });
  }

  async #answerWith(contextValue: BaseContext, asked: KnownRequest): Promise<HTTPGraphQLResponse> {
    try {
      return await this.#respond(asked, contextValue);
    } catch (error) {
      return this.#apollo.errorResponse(error, asked.http);
    }
  }

  async #respond(asked: KnownRequest, contextValue: BaseContext): Promise<HTTPGraphQLResponse> {
    const { http, body } = await this.#run(asked, contextValue);
    if (body.kind !== 'single') {
      // Of a plugin's making; none of the media types that are known here has room for it.
      const error = new GraphQLError('The answer comes in parts, which the client does not accept.', {
        extensions: { code: ApolloServerErrorCode.BAD_REQUEST, http: { status: 406 } },
      });
      await tellEach(this.#apollo.internals.plugins, (plugin) =>
        plugin.invalidRequestWasReceived?.({ error }),
      );
      throw error;
    }
    if (!http.headers.get('content-type')) http.headers.set('content-type', asked.mediaType);
    const { errors, data, extensions } = body.singleResult;
    const result = { errors, data, extensions } as FormattedExecutionResult;
    return {
      ...http,
      body: { kind: 'complete', string: await this.#apollo.internals.stringifyResult(result) },
    };
  }

  async #run(asked: KnownRequest, contextValue: BaseContext) {
    const { internals } = this.#apollo;
    const context = this.#contextOf(asked, contextValue);
    try {
      return await new RequestRun(internals, this.options.execute, context).respond(asked);
    } catch (thrown) {
      const error = errorOf(thrown);
      const told = { requestContext: context, error };
      await tellEach(internals.plugins, (plugin) => plugin.unexpectedErrorProcessingRequest?.(told));
      this.server.logger.error(`Unexpected error processing request: ${String(error)}`);
      throw new Error('Internal server error', { cause: thrown });
    }
  }

  #contextOf({ request }: KnownRequest, contextValue: BaseContext): RunContext {
    const { logger, cache } = this.server;
    const context: Partial<RunContext> = {
      logger,
      cache,
      schema: this.options.schema,
      request,
      response: {
        http: { status: undefined, headers: new HeaderMap() },
      } as unknown as RunContext['response'],
      contextValue: copyOf(contextValue),
      metrics: {},
      overallCachePolicy: new CachePolicy(),
      requestIsBatched: false,
    };
    return context as RunContext;
  }
}
