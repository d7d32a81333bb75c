/** The worker's end of the purge queue. */
import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import type { PurgeLedger } from '../core/purge-ledger.js';
import type { CdnPurger } from '../core/purge-port.js';
import { purgeRound, purgeRoundDefaults, type PurgeRoundOptions } from '../core/purge-round.js';
import { purgeQueueName, type PurgeJob } from './purge-queue.js';

/** A CDN that hangs holds its own jobs only: each may have one purge and one sweep under way. */
@Processor(purgeQueueName, { concurrency: 10 })
export class PurgeProcessor extends WorkerHost {
  constructor(
    private readonly purgers: readonly CdnPurger[],
    private readonly ledger: PurgeLedger,
    private readonly random: () => number = Math.random,
    private readonly options: PurgeRoundOptions = purgeRoundDefaults,
  ) {
    super();
  }

  /** @returns how many tags were purged. */
  override async process(job: Job<PurgeJob>): Promise<number> {
    const purger = this.purgers.find(({ name }) => name === job.data.cdn);
    // Its owner took the CDN out of the configuration, and with it the duty to purge it.
    if (purger === undefined) return 0;
    return purgeRound(purger, this.ledger, this.random, this.options);
  }
}
