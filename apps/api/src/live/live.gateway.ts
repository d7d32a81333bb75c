/**
 * `ws /live`, for people who run the shop: JSON messages `{event, data}`. Who cannot send an Authorization header, as
 * browsers cannot, sends `sign-in` first; `follow` and `unfollow` name a topic; what happens comes as an event of the topic's
 * name.
 */
import { AppError, CLOCK, PlatformLogger, type Clock } from '@app/platform';
import { Inject } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
} from '@nestjs/websockets';
import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { requireRole } from '../access/access.guard.js';
import type { Viewer } from '../access/viewer.js';
import { rateLimitKeyOf } from '../http/http-viewers.js';
import { RequestAllowance } from '../http/rate-limit.js';
import { ViewerResolver } from '../storefront/accounts/viewer-resolver.js';
import { LiveFollowers } from './live-followers.js';
import { refusal, type Refusal } from './live-socket.adapter.js';
import { liveTopics } from './live-topics.js';

/** Milliseconds in which a client must have said who it is. */
const signInWithinMs = 5_000;
/** Below the minute after which proxies close what is silent. */
const pingEveryMs = 12_000;
/** As graphql-ws has it: not allowed, and trying again will not help. */
const forbidden = 4403;
/** setTimeout takes no more. */
const longestTimerMs = 2_147_483_647;

const signInMessage = z.strictObject({ authorization: z.string().max(10_000) });
const topicMessage = z.strictObject({ topic: z.enum(Object.keys(liveTopics)) });

interface Session {
  readonly request: FastifyRequest;
  viewer: Viewer | undefined;
  readonly timers: NodeJS.Timeout[];
}

type Answer = { readonly event: string; readonly data: Readonly<Record<string, unknown>> } | Refusal;

/** Unsolicited frames and timers belong to the socket; guards see messages only, so who asks is decided here. */
@WebSocketGateway({ path: '/live', maxPayload: 16_384 })
export class LiveGateway implements OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  readonly #sessions = new WeakMap<WebSocket, Session>();

  constructor(
    private readonly viewers: ViewerResolver,
    private readonly allowance: RequestAllowance,
    private readonly followers: LiveFollowers,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly logger: PlatformLogger,
  ) {}

  handleConnection(socket: WebSocket, request: FastifyRequest): void {
    const session: Session = { request, viewer: undefined, timers: [] };
    this.#sessions.set(socket, session);
    session.timers.push(this.#keepAlive(socket));
    const late = setTimeout(() => {
      if (session.viewer === undefined) socket.close(forbidden, 'Nobody signed in.');
    }, signInWithinMs);
    session.timers.push(late);
    const { authorization } = request.headers;
    if (authorization !== undefined)
      void this.signIn({ authorization }, socket).then((answer) => send(socket, answer));
  }

  handleDisconnect(socket: WebSocket): void {
    for (const timer of this.#sessions.get(socket)?.timers ?? []) clearTimeout(timer);
    this.followers.leave(socket);
  }

  @SubscribeMessage('sign-in')
  async signIn(@MessageBody() body: unknown, @ConnectedSocket() socket: WebSocket): Promise<Answer> {
    const session = this.#sessions.get(socket);
    const message = signInMessage.safeParse(body);
    if (session === undefined || !message.success)
      return refusal('BAD_USER_INPUT', '`sign-in` takes {"authorization": "Bearer …"}.');
    try {
      const viewer = await this.viewers.resolve(message.data.authorization);
      await this.allowance.spend(rateLimitKeyOf(viewer, session.request.ip));
      requireRole(viewer, 'staff');
      session.viewer = viewer;
      this.#closeAt(socket, session, viewer.expiresAtMs);
      return { event: 'signed-in', data: { role: viewer.role } };
    } catch (error) {
      return this.#refused(error, socket);
    }
  }

  @SubscribeMessage('follow')
  follow(@MessageBody() body: unknown, @ConnectedSocket() socket: WebSocket): Answer {
    return this.#withTopic(body, socket, (topic) => {
      this.followers.follow(topic, socket);
      return { event: 'following', data: { topic } };
    });
  }

  @SubscribeMessage('unfollow')
  unfollow(@MessageBody() body: unknown, @ConnectedSocket() socket: WebSocket): Answer {
    return this.#withTopic(body, socket, (topic) => {
      this.followers.unfollow(topic, socket);
      return { event: 'unfollowed', data: { topic } };
    });
  }

  #withTopic(body: unknown, socket: WebSocket, act: (topic: string) => Answer): Answer {
    const viewer = this.#sessions.get(socket)?.viewer;
    if (viewer === undefined) return refusal('UNAUTHENTICATED', 'Send `sign-in` first.');
    const message = topicMessage.safeParse(body);
    const known = Object.keys(liveTopics).join(', ');
    if (!message.success) return refusal('BAD_USER_INPUT', `"topic" must be one of: ${known}.`);
    const { topic } = message.data;
    try {
      requireRole(viewer, liveTopics[topic]?.leastRole ?? 'admin');
      return act(topic);
    } catch (error) {
      return this.#refused(error, socket);
    }
  }

  #refused(error: unknown, socket: WebSocket): Answer {
    if (error instanceof AppError && error.kind !== 'INTERNAL') return refusal(error.code, error.message);
    this.logger.error('live message failed', { err: error });
    socket.close(1011, 'Something went wrong on our side.');
    return refusal('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
  }

  #keepAlive(socket: WebSocket): NodeJS.Timeout {
    let hasAnswered = true;
    socket.on('pong', () => (hasAnswered = true));
    return setInterval(() => {
      if (!hasAnswered) return socket.terminate();
      hasAnswered = false;
      socket.ping();
    }, pingEveryMs);
  }

  #closeAt(socket: WebSocket, session: Session, expiresAtMs: number | undefined): void {
    if (expiresAtMs === undefined) return;
    const leftMs = Math.min(Math.max(expiresAtMs - this.clock.nowMs(), 0), longestTimerMs);
    session.timers.push(setTimeout(() => socket.close(forbidden, 'The access token has expired.'), leftMs));
  }
}

function send(socket: WebSocket, answer: Answer): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(answer));
}
