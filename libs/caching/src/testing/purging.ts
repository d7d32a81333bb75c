/** The purge queue on the real Redis, with Fastly's adapter and a stand-in for its API, at a pace that suits tests. */
import { systemClock } from '@app/platform';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { FastlyPurger } from '../adapters/purge-fastly.js';
import { RedisPurgeLedger } from '../adapters/redis-purge-ledger.js';
import type { CdnPurger } from '../core/purge-port.js';
import { PurgeProcessor } from '../jobs/purge.processor.js';
import { PurgeQueue, purgeQueueName, type PurgeJob } from '../jobs/purge-queue.js';

export interface PurgingSetup {
  readonly prefix: string;
  readonly vendorUrl: string;
  readonly isWorker: boolean;
  readonly limits?: CdnPurger['limits'];
  readonly longestFetchMs?: number;
}

export interface Purging {
  readonly queue: PurgeQueue;
  readonly ledger: RedisPurgeLedger;
  readonly redis: Redis;
  close(): Promise<void>;
}

const transport = { fetch, timeoutMs: 1_000 };
const options = { serviceId: 'shop', apiToken: 'token', isSoft: false };

class PacedPurger extends FastlyPurger {
  constructor(
    vendorUrl: string,
    override readonly limits: CdnPurger['limits'],
  ) {
    super({ ...options, apiUrl: vendorUrl }, transport);
  }
}

export async function startPurging(setup: PurgingSetup): Promise<Purging> {
  const { prefix, limits = { maxTagsPerCall: 256, burstCalls: 1_000, callsPerSecond: 1_000 } } = setup;
  const redis = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null });
  const bull = { connection: redis, prefix };
  const jobs = new Queue<PurgeJob>(purgeQueueName, bull);
  const ledger = new RedisPurgeLedger(redis, prefix);
  const queue = new PurgeQueue(jobs, ledger, ['fastly'], systemClock, { coalesceMs: 50, sweepMs: 100 });
  const round = { longestFetchMs: setup.longestFetchMs ?? 0, leaseMs: 1_500 };
  const purger = new PacedPurger(setup.vendorUrl, limits);
  const processor = new PurgeProcessor([purger], ledger, () => 0, round);
  const worker = new Worker<PurgeJob>(purgeQueueName, (job) => processor.process(job), {
    ...bull,
    concurrency: 10,
    autorun: false,
  });
  if (setup.isWorker) {
    await queue.startSweep();
    void worker.run();
  }
  const close = async () => {
    await worker.close();
    await jobs.close();
    redis.disconnect();
  };
  return { queue, ledger, redis, close };
}
