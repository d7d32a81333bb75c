/** What the storefront announces: something that has happened and is committed. */
import type { OutboxPosition } from './outbox-position.js';

export interface NewDomainEvent {
  /** What happened, `<noun>.<past participle>`, e.g. `order.placed`. */
  readonly topic: string;
  /** The aggregate it happened to, e.g. `order:42`; events of one aggregate keep their order. */
  readonly aggregate: string;
  /** JSON; small: ids and what changed, not whole rows. */
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface DomainEvent extends NewDomainEvent {
  /** Its place in the one order that all nodes agree on; also what makes a repetition recognisable. */
  readonly position: OutboxPosition;
  /** Milliseconds since the Unix epoch, by PostgreSQL's clock. */
  readonly occurredAtMs: number;
}
