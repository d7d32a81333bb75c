/**
 * Tells the CDNs what has changed, soon and for certain: one queue, whose whole policy stands on this page.
 *
 * The tags themselves are in the ledger; a job says only "look now". Jobs may therefore be lost, come twice or fail without
 * harm: the ledger keeps what is owed, the sweep looks at it each second, and failures, Retry-After and each CDN's rate are
 * kept there for all workers together. Purges go out after the change is committed and this cache's own fence has moved, so
 * that what the CDN fetches anew is new.
 */
import type { Clock } from '@app/platform/contract';
import type { JobsOptions, Queue } from 'bullmq';
import type { PurgeLedger } from '../core/purge-ledger.js';

export const purgeQueueName = 'cdn-purge';

export interface PurgeQueueOptions {
  /** Tags that change within this time of each other go out in one call. */
  readonly coalesceMs: number;
  /** How often the ledger is looked at for second purges, retries and what a dead process left. */
  readonly sweepMs: number;
}

export const purgeQueueDefaults: PurgeQueueOptions = { coalesceMs: 50, sweepMs: 1_000 };

export interface PurgeJob {
  readonly cdn: string;
}

/** A failed job has no second attempt of its own: the ledger knows when the CDN may be asked again, a job does not. */
const jobOptions: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } };

export class PurgeQueue {
  constructor(
    private readonly queue: Queue<PurgeJob>,
    private readonly ledger: PurgeLedger,
    private readonly cdns: readonly string[],
    private readonly clock: Clock,
    private readonly options: PurgeQueueOptions = purgeQueueDefaults,
  ) {}

  /** Before the first purge, on each worker: repeating it changes nothing. */
  async startSweep(): Promise<void> {
    await Promise.all(
      this.cdns.map((cdn) =>
        this.queue.upsertJobScheduler(
          `sweep:${cdn}`,
          { every: this.options.sweepMs },
          { name: 'sweep', data: { cdn }, opts: jobOptions },
        ),
      ),
    );
  }

  /**
   * Resolves when the purge is safe, and at most a window before it happens, if the CDN may be called.
   * @param tags with those above them, see tagsToPurge(): an answer may carry a wider tag instead.
   */
  async enqueue(tags: Iterable<string>): Promise<void> {
    await this.ledger.add(this.cdns, [...new Set(tags)]);
    await Promise.all(this.cdns.map((cdn) => this.#wake(cdn)));
  }

  /**
   * One job for each window and CDN. It starts only after its window has closed, so that no change can be left to a job that
   * has looked already, whichever node's clock named the window.
   */
  async #wake(cdn: string): Promise<void> {
    const { coalesceMs } = this.options;
    const window = Math.floor(this.clock.nowMs() / coalesceMs);
    await this.queue.add('purge', { cdn }, { ...jobOptions, delay: coalesceMs, jobId: `${cdn}-${window}` });
  }
}
