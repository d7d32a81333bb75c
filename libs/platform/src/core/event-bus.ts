/** Carries committed events to every node that listens, in order, each once. */
import type { DomainEvent } from './domain-event.js';

export type EventListener = (event: DomainEvent) => void;

/** Abstract class rather than interface, so that it serves as the injection token as well. */
export abstract class EventBus {
  /** Resolves when the event is out of this process's hands; publishing an event again has no effect. */
  abstract publish(events: readonly DomainEvent[]): Promise<void>;
  /** Listens to all topics, or to the ones named; the returned function ends it. Listeners must not throw. */
  abstract subscribe(listener: EventListener, topics?: readonly string[]): () => void;
  abstract close(): Promise<void>;
}
