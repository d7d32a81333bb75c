/** Turns the event bus into what a GraphQL subscription reads: an async iterator that ends with its client. */
import { AppError, type DomainEvent, type EventBus } from '@app/platform';

/** Events a slow client may be behind before its subscription is ended: memory stays bounded, and he is told. */
const longestQueue = 1_000;

/** The client reads more slowly than things happen. */
export class SubscriptionTooSlow extends AppError {
  readonly code = 'SUBSCRIPTION_TOO_SLOW';
  readonly kind = 'TOO_MANY_REQUESTS';

  constructor() {
    super('The subscription fell too far behind and was ended; subscribe again.', { longestQueue });
  }
}

export interface EventStreamOptions<Value> {
  readonly topics: readonly string[];
  /** Cheap and synchronous: it sees every event of the topics. */
  readonly matches: (event: DomainEvent) => boolean;
  /** Undefined drops the event, e.g. when its row is gone by now. */
  readonly toValue: (event: DomainEvent) => Promise<Value | undefined>;
}

class EventQueue {
  readonly #events: DomainEvent[] = [];
  #wake: (() => void) | undefined;
  overflown = false;
  closed = false;

  push(event: DomainEvent): void {
    if (this.#events.length >= longestQueue) this.overflown = true;
    else this.#events.push(event);
    this.#wake?.();
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
  }

  async next(): Promise<DomainEvent | undefined> {
    while (this.#events.length === 0 && !this.closed && !this.overflown) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.closed ? undefined : this.#events.shift();
  }
}

/**
 * Listens from the moment it is called, not from the first read: what is committed after the subscription was accepted is
 * delivered.
 */
export function eventStream<Value>(
  bus: EventBus,
  options: EventStreamOptions<Value>,
): AsyncIterableIterator<Value> {
  const queue = new EventQueue();
  const unsubscribe = bus.subscribe((event) => {
    if (options.matches(event)) queue.push(event);
  }, options.topics);
  const end = () => {
    unsubscribe();
    queue.close();
  };
  async function next(): Promise<IteratorResult<Value, undefined>> {
    for (let event = await queue.next(); event !== undefined; event = await queue.next()) {
      const value = await options.toValue(event);
      if (value !== undefined) return { done: false, value };
    }
    end();
    if (queue.overflown) throw new SubscriptionTooSlow();
    return { done: true, value: undefined };
  }
  return {
    next,
    // Called while a `next` may be waiting, as an async generator could not be.
    return: async () => {
      end();
      return { done: true, value: undefined };
    },
    throw: async (error) => {
      end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
