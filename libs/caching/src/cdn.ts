/** The CDN before this origin: by which names it may keep an answer, and how it hears that one of them is over. */
import type { Clock } from '@app/platform/contract';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { RedisPurgeLedger } from './adapters/redis-purge-ledger.js';
import { purgerFor } from './cdn-purger.js';
import type { CdnOptions } from './cdn.options.js';
import type { CachedAnswer } from './core/cached-answer.js';
import type { HeaderContext } from './core/http/response-headers.js';
import { surrogateKeys, tagsToPurge, type SurrogateKeys } from './core/http/surrogate-keys.js';
import { PurgeNotQueued } from './core/purge-errors.js';
import type { PurgeOutlet } from './core/purge-outlet.js';
import { purgeRoundDefaults } from './core/purge-round.js';
import { namesOfAnswer, widerName, type UncarriedColumns } from './core/surrogate-names.js';
import { PurgeProcessor } from './jobs/purge.processor.js';
import { PurgeQueue, purgeQueueName, type PurgeJob } from './jobs/purge-queue.js';

/** A writer waits for the ledger no longer than for the invalidation log. */
const ledgerTimeoutMs = 500;
const closeTimeoutMs = 2_000;

export interface CdnParts {
  readonly options: CdnOptions;
  /** Prefix of all keys in Redis. */
  readonly namespace: string;
  readonly clock: Clock;
  /** Columns that changes do not carry; asked for once, at the start. */
  readonly uncarriedColumns: () => Promise<UncarriedColumns>;
  /** A purge has failed and is tried again, or Redis is away. */
  readonly onFailure: (error: unknown) => void;
}

interface Works {
  readonly queue: PurgeQueue;
  readonly close: () => Promise<void>;
}

export class Cdn implements PurgeOutlet {
  #uncarried: UncarriedColumns | undefined;
  #works: Works | undefined;

  constructor(private readonly parts: CdnParts) {}

  /** Neither Fastly nor CloudFront knows the targeted header of RFC 9213. */
  get lifetimeIn(): HeaderContext['cdnLifetimeIn'] {
    const { vendor } = this.parts.options.at;
    return vendor === 'fastly' || vendor === 'cloudfront' ? 's-maxage' : 'cdn-cache-control';
  }

  /** Undefined before the start: what nobody purges must not be kept. */
  keysOf(answer: CachedAnswer): SurrogateKeys | undefined {
    if (this.#uncarried === undefined) return undefined;
    const names = namesOfAnswer(answer.dependencies, this.#uncarried);
    return surrogateKeys([this.parts.options.at.vendor], names, widerName);
  }

  async purge(names: ReadonlySet<string>): Promise<void> {
    if (names.size === 0) return;
    try {
      if (this.#works === undefined) throw new Error('the purge queue is not open');
      await this.#works.queue.enqueue(tagsToPurge(names, widerName));
    } catch (cause) {
      throw new PurgeNotQueued(cause);
    }
  }

  /** Before anything is written that may have to be purged. */
  async start(): Promise<void> {
    this.#uncarried = await this.parts.uncarriedColumns();
    this.#works = this.#openWorks();
  }

  async stop(): Promise<void> {
    this.#uncarried = undefined;
    const works = this.#works;
    this.#works = undefined;
    await works?.close();
  }

  #openWorks(): Works {
    const { options, namespace, clock, onFailure } = this.parts;
    const purger = purgerFor(options.at, clock);
    // Writers do not wait for a Redis that is away; the worker waits for nothing else.
    const impatient = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: ledgerTimeoutMs };
    const hasty = this.#connect(impatient);
    const patient = this.#connect({ maxRetriesPerRequest: null });
    const prefix = `{${namespace}}:bull`;
    const jobs = new Queue<PurgeJob>(purgeQueueName, {
      connection: hasty,
      prefix,
      skipWaitingForReady: true,
    });
    const sweeps = new Queue<PurgeJob>(purgeQueueName, { connection: patient, prefix });
    const queue = new PurgeQueue(jobs, new RedisPurgeLedger(hasty, namespace), [purger.name], clock);
    const sweep = new PurgeQueue(sweeps, new RedisPurgeLedger(patient, namespace), [purger.name], clock);
    const round = { ...purgeRoundDefaults, longestFetchMs: options.longestFetchMs };
    const ledger = new RedisPurgeLedger(patient, namespace);
    const processor = new PurgeProcessor([purger], ledger, Math.random, round);
    const worker = new Worker<PurgeJob>(purgeQueueName, (job) => processor.process(job), {
      connection: patient,
      prefix,
      concurrency: 10,
    });
    for (const each of [jobs, sweeps]) each.on('error', onFailure);
    worker.on('error', onFailure);
    worker.on('failed', (_job, error) => onFailure(error));
    // Not awaited: a node starts without Redis too, and any node's sweep is everybody's.
    sweep.startSweep().catch(onFailure);
    const close = async () => {
      const closed = Promise.allSettled([worker.close(), jobs.close(), sweeps.close()]);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, closeTimeoutMs).unref())]);
      hasty.disconnect();
      patient.disconnect();
    };
    return { queue, close };
  }

  #connect(how: object): Redis {
    const { ledgerRedisUrl } = this.parts.options;
    const redis = new Redis(ledgerRedisUrl, { connectionName: 'swiftlet-purges', ...how });
    redis.on('error', () => undefined); // whoever uses it is told
    return redis;
  }
}
