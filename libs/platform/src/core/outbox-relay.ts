/** Drives every outbox consumer: at once after a local commit, and by polling for commits made elsewhere. */
import type { Logger } from './logger.js';
import type { OutboxConsumer, OutboxStore } from './outbox-store.js';
import { outsideRequest } from './request-context.js';

/**
 * Milliseconds between looks. The first look after a commit comes at once and may come too early, while an older
 * transaction is open or another node holds the lock; the pause then doubles up to the longest.
 */
const shortestPauseMs = 5;
const longestPauseMs = 500;

class ConsumerLoop<Tx> {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #wokenWhileRunning = false;
  #stopped = false;
  #pauseMs = shortestPauseMs;
  #failing = false;
  #isEnrolled = false;

  constructor(
    private readonly store: OutboxStore<Tx>,
    private readonly consumer: OutboxConsumer<Tx>,
    private readonly logger: Logger,
  ) {}

  wake(): void {
    this.#pauseMs = shortestPauseMs;
    if (this.#running !== undefined) {
      this.#wokenWhileRunning = true;
      return;
    }
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#drain().finally(() => {
        this.#running = undefined;
        this.#schedule(this.#wokenWhileRunning ? 0 : this.#pauseMs);
        this.#wokenWhileRunning = false;
        this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
      });
    }, delayMs);
  }

  async #drain(): Promise<void> {
    try {
      if (!this.#isEnrolled) await this.store.enrol(this.consumer.name);
      this.#isEnrolled = true;
      for (;;) {
        const outcome = await this.store.consumeBatch(this.consumer);
        this.#failing = false;
        if (this.#stopped || outcome.kind === 'busy' || outcome.count === 0) return;
        this.#pauseMs = shortestPauseMs;
      }
    } catch (error) {
      // The batch was rolled back and comes again; only the first failure of a row of them is worth a line.
      if (!this.#failing)
        this.logger.error('outbox consumer failed', { consumer: this.consumer.name, err: error });
      this.#failing = true;
      this.#pauseMs = longestPauseMs;
    }
  }
}

export class OutboxRelay<Tx = unknown> {
  readonly #loops = new Map<string, ConsumerLoop<Tx>>();

  constructor(
    private readonly store: OutboxStore<Tx>,
    private readonly logger: Logger,
  ) {}

  /** Begins at the consumer's kept place, or with the oldest event if it is new. */
  register(consumer: OutboxConsumer<Tx>): void {
    if (this.#loops.has(consumer.name))
      throw new Error(`Outbox consumer "${consumer.name}" is registered twice.`);
    const loop = new ConsumerLoop(this.store, consumer, this.logger);
    this.#loops.set(consumer.name, loop);
    outsideRequest(() => loop.wake());
  }

  /** Called within the request that committed, which must not take the relay down when it ends. */
  wake(): void {
    outsideRequest(() => {
      for (const loop of this.#loops.values()) loop.wake();
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
    this.#loops.clear();
  }
}
