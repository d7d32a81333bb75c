/** Runs a piece of work in one transaction, again when PostgreSQL asks for it, and wakes the outbox relay afterwards. */
import { Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { OutboxRelay } from '../core/outbox-relay.js';

/** serialization_failure and deadlock_detected: PostgreSQL rolled back a healthy transaction and expects it again. */
const retryableStates: ReadonlySet<unknown> = new Set(['40001', '40P01']);
const maxAttempts = 4;

function isRetryable(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    retryableStates.has((error.driverError as { code?: unknown } | undefined)?.code)
  );
}

@Injectable()
export class Transactions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
  ) {}

  /** `work` may run up to four times: it must keep its effects inside the transaction. */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await this.dataSource.transaction(work);
        this.relay.wake();
        return result;
      } catch (error) {
        if (attempt >= maxAttempts || !isRetryable(error)) throw error;
      }
    }
  }
}
