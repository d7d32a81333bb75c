/** What operations on sockets may do: the same as on HTTP, under the same limits. */
import { randomUUID } from 'node:crypto';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { AppError, CLOCK, runInRequest, type Clock, type RequestContext } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import {
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse,
  specifiedRules,
  subscribe,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { ENVIRONMENT } from '../config/environment.module.js';
import type { Environment } from '../config/env.js';
import type { Viewer } from '../access/viewer.js';
import { rateLimitKeyOf } from '../http/http-viewers.js';
import { RequestAllowance } from '../http/rate-limit.js';
import { ViewerResolver } from '../storefront/accounts/viewer-resolver.js';
import type { GraphContext } from './graph-context.js';
import { limitsOf } from './limits.js';
import { refuseCostly } from './query-cost.js';

/** Operations that one socket may have under way; a page of a shop follows a handful of things. */
const mostOperations = 100;

export class TooManyOperations extends AppError {
  readonly code = 'TOO_MANY_OPERATIONS';
  readonly kind = 'TOO_MANY_REQUESTS';

  constructor() {
    super(`This socket has ${mostOperations} operations under way; complete some of them first.`);
  }
}

export interface SocketClient {
  /** The request that became the socket. */
  readonly request: FastifyRequest;
  readonly authorization: string | undefined;
  /** Aborted when the socket is closed. */
  readonly ended: AbortSignal;
  readonly operationsUnderWay: number;
}

export interface SocketOperation extends ExecutionArgs {
  readonly request: RequestContext;
}

/** The errors of one stage; GraphQL itself gives them no codes. */
function refused(code: string, errors: readonly GraphQLError[]): readonly GraphQLError[] {
  return errors.map(
    (error) =>
      new GraphQLError(error.message, {
        nodes: error.nodes ?? null,
        source: error.source ?? null,
        positions: error.positions ?? null,
        extensions: { code, ...error.extensions },
      }),
  );
}

type Stream = AsyncGenerator<ExecutionResult, void, void>;

/** Every event is worked out within the request that subscribed, although a timer or a message started it. */
function inRequest(request: RequestContext, stream: Stream): Stream {
  return {
    next: () => runInRequest(request, () => stream.next()),
    return: () => stream.return(),
    throw: (error: unknown) => stream.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await stream.return()),
  };
}

@Injectable()
export class SocketOperations {
  constructor(
    @Inject(ENVIRONMENT) private readonly env: Environment,
    private readonly schemaHost: GraphQLSchemaHost,
    private readonly viewers: ViewerResolver,
    private readonly allowance: RequestAllowance,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Milliseconds until then. */
  lifeLeftMs(expiresAtMs: number): number {
    return Math.max(expiresAtMs - this.clock.nowMs(), 0);
  }

  /** A token may have run out since the socket was opened, so it is read again for every operation. */
  async viewerOf({ authorization }: SocketClient): Promise<Viewer> {
    return this.viewers.resolve(authorization);
  }

  /** Counts the handshake like any request, and finds out who it is. @throws InvalidAccessToken @throws TooManyRequests */
  async admit(client: SocketClient): Promise<Viewer> {
    const viewer = await this.viewerOf(client);
    await this.allowance.spend(rateLimitKeyOf(viewer, client.request.ip));
    return viewer;
  }

  /** The errors for which the operation is refused, or what to execute. */
  async prepare(
    client: SocketClient,
    payload: SubscribePayload,
  ): Promise<SocketOperation | readonly GraphQLError[]> {
    try {
      if (client.operationsUnderWay > mostOperations) throw new TooManyOperations();
      const viewer = await this.viewerOf(client);
      await this.allowance.spend(rateLimitKeyOf(viewer, client.request.ip));
      const contextValue: GraphContext = {
        viewer,
        requestId: randomUUID(),
        clientAddress: () => client.request.ip,
        isLive: true,
        req: undefined,
      };
      return this.#prepare(payload, contextValue, client.ended);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      return [new GraphQLError('The operation failed.', { originalError: error as Error })];
    }
  }

  async execute({ request, ...args }: SocketOperation): Promise<ExecutionResult> {
    return runInRequest(request, () => execute(args));
  }

  async subscribe({ request, ...args }: SocketOperation): Promise<Stream | ExecutionResult> {
    const answer = await runInRequest(request, () => subscribe(args));
    return 'next' in answer ? inRequest(request, answer) : answer;
  }

  #prepare(
    { query, operationName, variables }: SubscribePayload,
    contextValue: GraphContext,
    connectionEnded: AbortSignal,
  ): SocketOperation | readonly GraphQLError[] {
    const { schema } = this.schemaHost;
    const document = this.#parse(query);
    const invalid = validate(schema, document, this.#rules());
    if (invalid.length > 0) return refused(ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED, invalid);
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) {
      throw new GraphQLError('The document has no such operation, or several and none is named.', {
        extensions: { code: ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE },
      });
    }
    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
    if (coerced.errors !== undefined) return refused(ApolloServerErrorCode.BAD_USER_INPUT, coerced.errors);
    refuseCostly({ schema, document, operation, variables }, this.env.GRAPHQL_MAX_COST);
    const { requestId } = contextValue;
    // A subscription lasts as long as its connection; everything else must be answered in time.
    const signal =
      operation.operation === OperationTypeNode.SUBSCRIPTION
        ? connectionEnded
        : AbortSignal.any([connectionEnded, AbortSignal.timeout(this.env.REQUEST_TIMEOUT_MS)]);
    return {
      schema,
      document,
      contextValue,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      request: { requestId, signal },
    };
  }

  #parse(query: string): DocumentNode {
    try {
      return parse(query, { maxTokens: this.env.GRAPHQL_MAX_TOKENS });
    } catch (error) {
      const [coded = error] = refused(ApolloServerErrorCode.GRAPHQL_PARSE_FAILED, [error as GraphQLError]);
      throw coded;
    }
  }

  #rules() {
    const rules = [...specifiedRules, limitsOf(this.env)];
    return this.env.isDevelopment ? rules : [...rules, NoSchemaIntrospectionCustomRule];
  }
}
