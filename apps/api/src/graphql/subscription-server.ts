/** Serves subscriptions on `ws /graphql` by the graphql-transport-ws protocol, under the same limits as HTTP. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { PlatformLogger } from '@app/platform';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type FormattedExecutionResult,
} from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, type Context, type SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { ENVIRONMENT } from '../config/environment.module.js';
import type { Environment } from '../config/env.js';
import { ViewerResolver } from '../storefront/accounts/viewer-resolver.js';
import { documentLimits } from './document-limits.js';
import { createErrorFormat } from './error-format.js';
import type { GraphContext } from './graph-context.js';
import { refuseCostly } from './query-cost.js';

type SocketExtra = Extra & Record<PropertyKey, unknown>;
type Connection = Context<Record<string, unknown>, SocketExtra>;

@Injectable()
export class SubscriptionServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sockets: WebSocketServer;
  readonly #formatError: ReturnType<typeof createErrorFormat>;
  #dispose: (() => Promise<void> | void) | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly env: Environment,
    private readonly http: HttpAdapterHost,
    private readonly schemaHost: GraphQLSchemaHost,
    private readonly viewers: ViewerResolver,
    logger: PlatformLogger,
  ) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: env.BODY_LIMIT_BYTES,
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
    });
    this.#formatError = createErrorFormat(logger);
  }

  onApplicationBootstrap(): void {
    const format = (errors: readonly GraphQLError[]) =>
      errors.map((error) => this.#formatError(error.toJSON(), error));
    const server = useServer<Record<string, unknown>, SocketExtra>(
      {
        // Refused at the door: a client with a bad token should get a new one, not an error for each subscription.
        onConnect: async (connection) => {
          await this.#viewerOf(connection);
        },
        onSubscribe: (connection, _id, payload) => this.#accept(connection, payload),
        onNext: (_connection, _id, _payload, _args, result) => {
          if (result.errors === undefined) return undefined;
          return { ...result, errors: format(result.errors) } as FormattedExecutionResult;
        },
        onError: (_connection, _id, _payload, errors) => format(errors as GraphQLError[]),
      },
      this.#sockets,
    );
    this.#dispose = () => server.dispose();
    this.http.httpAdapter
      .getHttpServer()
      .on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        this.#upgrade(request, socket, head);
      });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#dispose?.();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.url?.split('?')[0] !== '/graphql') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => {
      this.#sockets.emit('connection', accepted, request);
    });
  }

  /** A token may have run out since the socket was opened, so it is read again for every operation. */
  async #viewerOf({ connectionParams, extra }: Connection) {
    const fromParams = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
    const authorization = typeof fromParams === 'string' ? fromParams : extra.request.headers.authorization;
    return this.viewers.resolve(authorization);
  }

  async #accept(
    connection: Connection,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema } = this.schemaHost;
    try {
      const document = parse(payload.query, { maxTokens: this.env.GRAPHQL_MAX_TOKENS });
      const limits = documentLimits({
        maxDepth: this.env.GRAPHQL_MAX_DEPTH,
        maxAliases: this.env.GRAPHQL_MAX_ALIASES,
        maxFields: this.env.GRAPHQL_MAX_TOKENS,
      });
      const errors = validate(schema, document, [...specifiedRules, limits]);
      if (errors.length > 0) return errors;
      const { operationName, variables } = payload;
      refuseCostly({ schema, document, operationName, variables }, this.env.GRAPHQL_MAX_COST);
      const contextValue: GraphContext = {
        viewer: await this.#viewerOf(connection),
        requestId: randomUUID(),
        clientAddress: connection.extra.request.socket.remoteAddress ?? '',
        isLive: true,
        req: undefined,
      };
      return {
        schema,
        document,
        contextValue,
        operationName: operationName ?? null,
        variableValues: variables ?? null,
      };
    } catch (error) {
      return [
        error instanceof GraphQLError
          ? error
          : new GraphQLError(String(error), { originalError: error as Error }),
      ];
    }
  }
}
