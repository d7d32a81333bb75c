/** Nest's adapter for `ws`, with upgrades that come through Fastify and messages that are never passed over in silence. */
import { setTimeout as delay } from 'node:timers/promises';
import type { WsMessageHandler } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { EMPTY, of, type Observable } from 'rxjs';
import { WebSocketServer } from 'ws';
import type { SocketUpgrades } from '../http/socket-upgrades.js';

export interface LiveSocketOptions {
  readonly path: string;
  readonly maxPayload: number;
}

interface LiveMessage {
  readonly event: string;
  readonly data?: unknown;
}

export interface Refusal {
  readonly event: 'refused';
  readonly data: { readonly code: string; readonly message: string };
}

export function refusal(code: string, message: string): Refusal {
  return { event: 'refused', data: { code, message } };
}

/** Undefined for what is no message of this protocol. */
function messageIn(text: string): LiveMessage | undefined {
  try {
    const message = JSON.parse(text) as Partial<LiveMessage> | null;
    return typeof message?.event === 'string' ? { ...message, event: message.event } : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds that clients have to answer a farewell before they are cut off. */
const farewellMs = 1_000;
/** RFC 6455, section 7.4.1: the server is going away. */
const goingAway = 1001;

type Handlers = ReadonlyMap<string, WsMessageHandler>;

export class LiveSocketAdapter extends WsAdapter {
  readonly #servers = new Set<WebSocketServer>();

  constructor(
    private readonly upgrades: SocketUpgrades,
    private readonly isDraining: () => boolean,
  ) {
    super();
  }

  override create(_port: number, { path, maxPayload }: LiveSocketOptions): WebSocketServer {
    const sockets = new WebSocketServer({ noServer: true, maxPayload });
    this.#servers.add(sockets);
    this.upgrades.route(path, ({ request, socket, head }) => {
      if (this.isDraining()) return false;
      sockets.handleUpgrade(request.raw, socket, head, (accepted) => {
        // Frames that are too large or no frames at all: `ws` closes the socket with the code for it.
        accepted.on('error', () => undefined);
        sockets.emit('connection', accepted, request);
      });
      return true;
    });
    return sockets;
  }

  /** What Nest would drop is answered: a client that errs should learn of it. */
  override bindMessageHandler(
    { data }: { readonly data: Buffer | string },
    handlers: Handlers,
    transform: (answer: unknown) => Observable<unknown>,
  ): Observable<unknown> {
    const message = messageIn(data.toString());
    if (message === undefined)
      return of(refusal('NOT_A_MESSAGE', 'A message is a JSON object with an `event` and its `data`.'));
    const handler = handlers.get(message.event);
    if (handler === undefined) {
      const known = [...handlers.keys()].map((event) => `"${event}"`).join(', ');
      return of(refusal('UNKNOWN_EVENT', `There is no event of that name; there are ${known}.`));
    }
    try {
      return transform(handler.callback(message.data, message.event));
    } catch {
      // The handlers of this application answer what is wrong; what is thrown here has been logged by Nest's filter.
      return EMPTY;
    }
  }

  /** Tells every client to go elsewhere; who does not answer is cut off. */
  async farewell(): Promise<void> {
    const open = [...this.#servers].flatMap(({ clients }) => [...clients]);
    const gone = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of open) socket.close(goingAway, 'This server is shutting down.');
    await Promise.race([Promise.all(gone), delay(farewellMs, undefined, { ref: false })]);
    for (const socket of open) socket.terminate();
  }
}
