/** Carries graphql-transport-ws over one `ws` socket: keeps it alive, and closes it when either side breaks the rules. */
import type { PlatformLogger } from '@app/platform';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';

/** Milliseconds between pings: below the minute after which proxies close what is silent. */
const pingEveryMs = 12_000;

function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingEveryMs);
  return () => clearInterval(timer);
}

/** graphql-ws throws for messages that only servers send; that is a fault of the client's, and no news for anybody. */
function isOutOfTurn(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unexpected message of type');
}

function fail(socket: WebSocket, err: unknown, logger: PlatformLogger): void {
  if (isOutOfTurn(err)) {
    socket.close(CloseCode.BadRequest, 'Invalid message received');
    return;
  }
  logger.error('socket failed', { err });
  socket.close(CloseCode.InternalServerError, 'Something went wrong on our side.');
}

export function carry<Extra>(
  server: Server<Extra>,
  socket: WebSocket,
  extra: Extra,
  logger: PlatformLogger,
): void {
  const letDie = keepAlive(socket);
  // Frames that are too large or no frames at all: `ws` has closed the socket with the code for it already.
  socket.on('error', () => undefined);
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve) => {
          // A socket that is gone says so by its close; nobody waits for the text.
          if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
          else resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) =>
        socket.on('message', (message: Buffer) => {
          listener(message.toString()).catch((err: unknown) => fail(socket, err, logger));
        }),
    },
    extra,
  );
  socket.once('close', (code, reason) => {
    letDie();
    closed(code, reason.toString()).catch((err: unknown) => logger.error('socket failed to close', { err }));
  });
}
