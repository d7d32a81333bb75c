/** The event bus of a single node without Redis: events go straight to the listeners. */
import type { DomainEvent } from '../core/domain-event.js';
import { EventBus, type EventListener } from '../core/event-bus.js';
import { Listeners } from '../core/listeners.js';
import type { Logger } from '../core/logger.js';

export class InProcessEventBus extends EventBus {
  readonly #listeners: Listeners;

  constructor(logger: Logger) {
    super();
    this.#listeners = new Listeners((err, event) =>
      logger.error('event listener failed', { topic: event.topic, err }),
    );
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    for (const event of events) this.#listeners.deliver(event);
  }

  subscribe(listener: EventListener, topics?: readonly string[]): () => void {
    return this.#listeners.add(listener, topics);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
