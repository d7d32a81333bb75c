/**
 * The event bus between nodes: one Redis Stream whose entry ids are the outbox positions.
 *
 * Because Redis refuses an id that is not above the last one, a relay that dies between writing the stream and keeping its
 * place may simply write again: the repetition is refused, and no reader ever sees an event twice.
 */
import { once } from 'node:events';
import type { Redis } from 'ioredis';
import type { DomainEvent } from '../core/domain-event.js';
import { EventBus, type EventListener } from '../core/event-bus.js';
import { Listeners } from '../core/listeners.js';
import {
  comparePositions,
  formatPosition,
  originPosition,
  parsePosition,
  type OutboxPosition,
} from '../core/outbox-position.js';
import { EventStreamDiverged } from '../core/errors.js';
import type { Logger } from '../core/logger.js';

/** Entries kept, about an hour of a busy shop: readers that were away shorter go on without a gap. */
const maxStreamLength = 100_000;
const readBlockMs = 5_000;
const readCount = 500;
const retryMs = 250;

type StreamEntry = [id: string, fields: string[]];

function toFields(event: DomainEvent): string[] {
  const { topic, aggregate, payload, occurredAtMs } = event;
  return ['event', JSON.stringify({ topic, aggregate, payload, occurredAtMs })];
}

function toEvent([id, [, json]]: StreamEntry): DomainEvent | undefined {
  const position = parsePosition(id);
  if (position === undefined || json === undefined) return undefined;
  try {
    return { ...(JSON.parse(json) as Omit<DomainEvent, 'position'>), position };
  } catch {
    return undefined;
  }
}

function streamKeyOf(epoch: string): string {
  return `swiftlet:{${epoch}}:events`;
}

/** The newest position in the stream of an epoch; a new one begins at the origin. */
export async function streamTail(redis: Redis, epoch: string): Promise<OutboxPosition> {
  const [newest] = (await redis.xrevrange(streamKeyOf(epoch), '+', '-', 'COUNT', 1)) as StreamEntry[];
  return (newest === undefined ? undefined : parsePosition(newest[0])) ?? originPosition;
}

function isRepetition(error: Error): boolean {
  return error.message.includes('equal or smaller');
}

export class RedisStreamEventBus extends EventBus {
  readonly #listeners: Listeners;
  readonly #reader: Redis;
  #closing = false;
  /** ioredis repeats a read after its connection was lost, so that the reply alone does not tell of the time between. */
  #wasAway = false;
  #announceClose: () => void = () => undefined;
  readonly #closed = new Promise<null>((resolve) => {
    this.#announceClose = () => resolve(null);
  });
  #reading: Promise<void> | undefined;
  #ready: Promise<void> | undefined;

  /** @param epoch names the database's history of events, so that another database never continues this stream. */
  constructor(
    private readonly writer: Redis,
    private readonly epoch: string,
    private readonly logger: Logger,
  ) {
    super();
    this.#listeners = new Listeners((err, event) =>
      logger.error('event listener failed', { topic: event.topic, err }),
    );
    // Reading blocks its connection, so it has one of its own. It queues nothing while Redis is away: the loop below asks
    // again, and a read that waited in a queue would hold up the shutdown.
    this.#reader = writer.duplicate({ commandTimeout: readBlockMs + 5_000, enableOfflineQueue: false });
    this.#reader.on('error', () => undefined); // told once by #readForever
    this.#reader.on('close', () => (this.#wasAway = true));
  }

  get #key(): string {
    return streamKeyOf(this.epoch);
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    // All or none: were one entry refused for want of memory and a later one written, the repetition of the first would be
    // taken for one that had arrived.
    const batch = this.writer.multi();
    for (const event of events) {
      batch.xadd(
        this.#key,
        'MAXLEN',
        '~',
        maxStreamLength,
        formatPosition(event.position),
        ...toFields(event),
      );
    }
    const replies = await batch.exec();
    if (replies === null) throw new Error('Redis has discarded the transaction.');
    const repeated: DomainEvent[] = [];
    for (const [at, [error]] of replies.entries()) {
      const event = events[at];
      if (error === null || event === undefined) continue;
      if (!isRepetition(error)) throw error;
      repeated.push(event);
    }
    for (const event of repeated) if (!(await this.#holds(event.position))) throw new EventStreamDiverged();
  }

  /** True also for what has been trimmed since: then it was there, because positions are taken in order. */
  async #holds(position: OutboxPosition): Promise<boolean> {
    const id = formatPosition(position);
    const oldestUpTo = (await this.writer.xrange(this.#key, '-', id, 'COUNT', 1)) as StreamEntry[];
    if (oldestUpTo.length === 0) return true;
    return (await this.writer.xrange(this.#key, id, id)).length > 0;
  }

  subscribe(listener: EventListener, topics?: readonly string[]): () => void {
    return this.#listeners.add(listener, topics);
  }

  /** Begins to listen; resolves once everything published from now on will be delivered. */
  async start(): Promise<void> {
    this.#ready ??= this.#listen();
    await this.#ready;
  }

  async #listen(): Promise<void> {
    // `$` would mean "from when this command reaches Redis" anew at each reconnection; a position stays where it is.
    const tail = await streamTail(this.writer, this.epoch);
    if (this.#reader.status !== 'ready') await once(this.#reader, 'ready');
    this.#reading = this.#readForever(tail);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#announceClose();
    this.#listeners.clear();
    this.#reader.disconnect();
    await this.#reading;
  }

  async #readForever(tail: OutboxPosition): Promise<void> {
    let position = tail;
    let failing = false;
    while (!this.#closing) {
      try {
        position = await this.#readOnce(position);
        failing = false;
      } catch (error) {
        if (this.#closing) return;
        if (!failing) this.logger.warn('event stream is unavailable', { err: error });
        failing = true;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  /** A node that was away for longer than the stream remembers has missed events, and its operator should know. */
  async #tellOfGap(after: OutboxPosition): Promise<void> {
    this.#wasAway = false;
    if (comparePositions(after, originPosition) === 0) return;
    const [oldest] = (await this.#reader.xrange(this.#key, '-', '+', 'COUNT', 1)) as StreamEntry[];
    const first = oldest === undefined ? undefined : parsePosition(oldest[0]);
    if (first !== undefined && comparePositions(first, after) <= 0) return;
    this.logger.error("event stream no longer holds this node's place, events may be missing", {
      after: formatPosition(after),
      oldest: first === undefined ? null : formatPosition(first),
    });
  }

  async #readOnce(after: OutboxPosition): Promise<OutboxPosition> {
    const read = this.#reader.xread(
      'COUNT',
      readCount,
      'BLOCK',
      readBlockMs,
      'STREAMS',
      this.#key,
      formatPosition(after),
    );
    // A read that was under way when its connection broke settles only after the next one, which close() must not wait for.
    const reply = await Promise.race([read, this.#closed]);
    const entries = reply?.[0]?.[1] ?? [];
    // A full reply is one of many: this node is behind, be it that it has stood still without losing its connection.
    if (this.#wasAway || entries.length === readCount) await this.#tellOfGap(after);
    let position = after;
    for (const entry of entries) {
      // What cannot be read is passed and told: it would stop the bus for ever otherwise.
      position = parsePosition(entry[0]) ?? position;
      const event = toEvent(entry);
      if (event === undefined) this.logger.error('event stream entry is unreadable', { id: entry[0] });
      else this.#listeners.deliver(event);
    }
    return position;
  }
}
