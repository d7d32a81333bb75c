/** Deletes relayed events once an hour, so that the outbox stays as long as its retention says and no longer. */
import type { Logger } from './logger.js';
import type { OutboxStore } from './outbox-store.js';

const pruneEveryMs = 3_600_000;

export class OutboxPruning {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly outbox: OutboxStore<never>,
    private readonly retentionMs: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.#prune(), pruneEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #prune(): Promise<void> {
    try {
      await this.outbox.prune(this.retentionMs);
    } catch (error) {
      this.logger.warn('outbox could not be pruned', { err: error });
    }
  }
}
