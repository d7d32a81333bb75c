/** Writes what happens to every socket that follows it: one frame for all, and nobody's slowness costs more than his socket. */
import { EventBus } from '@app/platform';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { frameOf, liveTopics } from './live-topics.js';

/** Bytes that may wait for one socket; beyond them its client does not read. */
const mostBufferedBytes = 1_048_576;
/** RFC 6455's registry: connect again after a while. */
const tryAgainLater = 1013;

@Injectable()
export class LiveFollowers implements OnModuleInit, BeforeApplicationShutdown {
  readonly #followers = new Map(Object.keys(liveTopics).map((topic) => [topic, new Set<WebSocket>()]));
  readonly #stops: (() => void)[] = [];

  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    for (const [topic, { events }] of Object.entries(liveTopics)) {
      const stop = this.bus.subscribe((event) => this.#send(topic, frameOf(topic, event)), events);
      this.#stops.push(stop);
    }
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.#stops) stop();
  }

  follow(topic: string, socket: WebSocket): void {
    this.#followers.get(topic)?.add(socket);
  }

  unfollow(topic: string, socket: WebSocket): void {
    this.#followers.get(topic)?.delete(socket);
  }

  leave(socket: WebSocket): void {
    for (const followers of this.#followers.values()) followers.delete(socket);
  }

  #send(topic: string, frame: string): void {
    for (const socket of this.#followers.get(topic) ?? []) {
      if (socket.bufferedAmount > mostBufferedBytes) socket.close(tryAgainLater, 'You read too slowly.');
      else socket.send(frame);
    }
  }
}
