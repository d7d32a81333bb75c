/** The port between the relay and the database that holds the outbox; `Tx` is that database's open transaction. */
import type { DomainEvent } from './domain-event.js';

export interface OutboxConsumer<Tx> {
  /** Names the purpose, and the cursor that it keeps. */
  readonly name: string;
  /** Effects written with `transaction` happen exactly once, effects elsewhere at least once. */
  consume(events: readonly DomainEvent[], transaction: Tx): Promise<void>;
}

/** `busy` means that another node holds this consumer's lock just now. */
export type BatchOutcome = { readonly kind: 'busy' } | { readonly kind: 'consumed'; readonly count: number };

export interface OutboxStore<Tx> {
  /** Gives a consumer a place before its first batch, so that pruning waits for it however long that batch fails. */
  enrol(name: string): Promise<void>;
  /** Gives the consumer its next events and keeps its new place, both in one transaction. */
  consumeBatch(consumer: OutboxConsumer<Tx>): Promise<BatchOutcome>;
  /** Deletes events older than the retention that every consumer has passed; returns how many. */
  prune(retentionMs: number): Promise<number>;
}
