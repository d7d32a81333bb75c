/**
 * Lets one node of all those that can share answers warm for all of them, at start and by schedule: one queue for each
 * schema and release, whose whole policy stands on this page.
 *
 * The queue takes the place of an election: of the jobs that nodes put there as they start one is left, and one job runs at a
 * time. What a round has made lies in the shared store; the other nodes take it from there. A job that is lost costs
 * nothing but the next interval.
 */
import { Queue, Worker, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';

export interface WarmQueueOptions {
  /** BullMQ's Redis: one that does not evict. */
  readonly redisUrl: string;
  readonly namespace: string;
  /** Of the queue, without colons. */
  readonly name: string;
  readonly everyMs: number;
  readonly round: () => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
}

const jobOptions: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: { count: 10 } };
/** Nodes of one deploy start within this time of each other. */
const sameStartMs = 10_000;
const closeTimeoutMs = 1_000;

export class WarmQueue {
  readonly #queue: Queue;
  readonly #worker: Worker;
  readonly #connections: readonly Redis[];

  constructor(private readonly options: WarmQueueOptions) {
    const { redisUrl, namespace, name, round, onFailure } = options;
    const prefix = `{${namespace}:jobs}`;
    // The worker waits for jobs on a connection of its own, for as long as it takes; adding a job must not wait for ever.
    const [adding, working] = [
      new Redis(redisUrl, { maxRetriesPerRequest: 1 }),
      new Redis(redisUrl, { maxRetriesPerRequest: null }),
    ];
    this.#connections = [adding, working];
    this.#queue = new Queue(name, { connection: adding, prefix });
    this.#worker = new Worker(name, () => round(), { connection: working, prefix, autorun: false });
    for (const connection of this.#connections) connection.on('error', onFailure);
    this.#queue.on('error', onFailure);
    this.#worker.on('error', onFailure);
    this.#worker.on('failed', (_job, error) => onFailure(error));
  }

  async start(): Promise<void> {
    const { everyMs, onFailure } = this.options;
    await this.#queue.setGlobalConcurrency(1);
    await this.#queue.upsertJobScheduler(
      'schedule',
      { every: everyMs },
      { name: 'schedule', opts: jobOptions },
    );
    await this.#queue.add('start', {}, { ...jobOptions, deduplication: { id: 'start', ttl: sameStartMs } });
    this.#worker.run().catch(onFailure);
  }

  /** Within a second, also while Redis is away. */
  async close(): Promise<void> {
    const closing = Promise.all([this.#worker.close(true), this.#queue.close()]).catch(
      this.options.onFailure,
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, closeTimeoutMs)));
    await Promise.race([closing, patience]);
    clearTimeout(timer);
    for (const connection of this.#connections) connection.disconnect();
  }
}
