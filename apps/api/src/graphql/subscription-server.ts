/** Serves subscriptions on `ws /graphql` by the graphql-transport-ws protocol. */
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformLogger, runInRequest } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type Context, type ServerOptions } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { ENVIRONMENT } from '../config/environment.module.js';
import type { Environment } from '../config/env.js';
import { Drain } from '../http/drain.js';
import { TooManyRequests } from '../http/rate-limit.js';
import { ERROR_FORMAT, type ErrorFormat } from './error-format.js';
import { SocketOperations, type SocketClient, type SocketOperation } from './socket-operations.js';
import { carry } from './socket-transport.js';
import type { SocketUpgrades, Upgrade } from '../http/socket-upgrades.js';

/** Milliseconds that clients have to answer a farewell before they are cut off. */
const farewellMs = 1_000;
/** RFC 6455's registry: the server is overloaded, connect again after a while. */
const tryAgainLater = 1013;

interface Extra extends Pick<SocketClient, 'request' | 'ended'> {
  readonly socket: WebSocket;
}
type Connection = Context<Record<string, unknown>, Extra>;

function clientOf({ connectionParams, extra, subscriptions }: Connection): SocketClient {
  const fromParams = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
  const authorization = typeof fromParams === 'string' ? fromParams : extra.request.headers.authorization;
  const { request, ended } = extra;
  return { request, ended, authorization, operationsUnderWay: Object.keys(subscriptions).length };
}

@Injectable()
export class SubscriptionServer {
  readonly #sockets: WebSocketServer;

  constructor(
    @Inject(ENVIRONMENT) env: Environment,
    private readonly operations: SocketOperations,
    private readonly drain: Drain,
    @Inject(ERROR_FORMAT) private readonly formatError: ErrorFormat,
    private readonly logger: PlatformLogger,
  ) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: env.BODY_LIMIT_BYTES,
      handleProtocols: (offered) => handleProtocols(offered),
    });
  }

  attach(upgrades: SocketUpgrades): void {
    const protocol = makeServer<Record<string, unknown>, Extra>(this.#protocolOptions());
    upgrades.route('/graphql', ({ request, socket, head }: Upgrade) => {
      if (this.drain.isDraining) return false;
      this.#sockets.handleUpgrade(request.raw, socket, head, (accepted) => {
        const ending = new AbortController();
        accepted.once('close', () => ending.abort());
        carry(protocol, accepted, { socket: accepted, request, ended: ending.signal }, this.logger);
      });
      return true;
    });
  }

  /** Tells every client to go elsewhere; who does not answer is cut off. */
  async close(): Promise<void> {
    const open = [...this.#sockets.clients];
    const farewells = open.map(async (socket) => {
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.close(1001, 'This server is shutting down.');
      await Promise.race([gone, delay(farewellMs, undefined, { ref: false })]);
      socket.terminate();
    });
    await Promise.all(farewells);
  }

  #protocolOptions(): ServerOptions<Record<string, unknown>, Extra> {
    return {
      onConnect: (connection) => this.#admit(connection),
      onSubscribe: (connection, _id, payload) => this.operations.prepare(clientOf(connection), payload),
      execute: (args) => this.operations.execute(args as SocketOperation),
      subscribe: (args) => this.operations.subscribe(args as SocketOperation),
      onNext: (_connection, _id, _payload, args, result) => {
        if (result.errors === undefined) return undefined;
        const errors = runInRequest((args as SocketOperation).request, () => this.#format(result.errors));
        return { ...result, errors } as FormattedExecutionResult;
      },
      onError: (_connection, _id, _payload, errors) => this.#format(errors),
    };
  }

  /** Refused at the door: a client with a bad token should get a new one, not an error for each subscription. */
  async #admit(connection: Connection): Promise<boolean> {
    const { socket } = connection.extra;
    try {
      const { expiresAtMs } = await this.operations.admit(clientOf(connection));
      if (expiresAtMs !== undefined) this.#closeAt(connection.extra, expiresAtMs);
      return true;
    } catch (error) {
      if (error instanceof TooManyRequests) socket.close(tryAgainLater, 'Too many requests.');
      else socket.close(CloseCode.Forbidden, 'The access token is not valid.');
      return false;
    }
  }

  /** A token that was stolen is good for its life and no longer, on an open socket too. */
  #closeAt({ socket, ended }: Extra, expiresAtMs: number): void {
    const timer = setTimeout(() => {
      socket.close(CloseCode.Forbidden, 'The access token has expired.');
    }, this.operations.lifeLeftMs(expiresAtMs)).unref();
    ended.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  #format(errors: readonly GraphQLError[] = []): GraphQLFormattedError[] {
    return errors.map((error) => this.formatError(error.toJSON(), error));
  }
}
