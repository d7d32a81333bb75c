/** Hands each event on to the listeners of its topic, once, in order, and survives a listener that throws. */
import type { DomainEvent } from './domain-event.js';
import type { EventListener } from './event-bus.js';
import { comparePositions, originPosition, type OutboxPosition } from './outbox-position.js';

interface Subscription {
  readonly listener: EventListener;
  readonly topics: ReadonlySet<string> | undefined;
}

export class Listeners {
  readonly #subscriptions = new Set<Subscription>();
  #last: OutboxPosition = originPosition;

  constructor(private readonly onListenerError: (error: unknown, event: DomainEvent) => void) {}

  add(listener: EventListener, topics?: readonly string[]): () => void {
    const subscription = { listener, topics: topics === undefined ? undefined : new Set(topics) };
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  /** An event at or before the last position is a repetition of a relay that died halfway, and is dropped. */
  deliver(event: DomainEvent): void {
    if (comparePositions(event.position, this.#last) <= 0) return;
    this.#last = event.position;
    for (const { listener, topics } of this.#subscriptions) {
      if (topics !== undefined && !topics.has(event.topic)) continue;
      try {
        listener(event);
      } catch (error) {
        this.onListenerError(error, event);
      }
    }
  }

  clear(): void {
    this.#subscriptions.clear();
  }
}
