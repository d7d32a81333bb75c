/** Sends what has changed to a StatsD server over UDP, with tags as DogStatsD has them; nobody waits for it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StatsD } from 'hot-shots';
import type { MetricRegistry } from '../core/metrics/metric-registry.js';
import { MetricChanges } from '../core/sinks/metric-changes.js';
import type { SinkLosses } from '../core/sinks/sink-losses.js';
import type { Sink } from '../core/sinks/sink.js';
import { statsdMessage, statsdTags } from '../core/sinks/statsd-line.js';

export interface StatsdAddress {
  readonly host: string;
  readonly port: number;
}

const flushEveryMs = 1_000;
/** What is known only when it is asked for is asked for each ten seconds: servers keep a gauge that long. */
const flushesBetweenGauges = 10;
/** Bytes of a datagram that passes any Ethernet unbroken. */
const mostDatagramBytes = 1_432;
/** Lines at a stretch: a few tenths of a millisecond, and no more than a socket's buffer takes. */
const linesBetweenTurns = 200;

/** hot-shots has it, and its types do not: its own ways to send a share of the values choose them by chance. */
type RawStatsD = StatsD & { send(message: string, tags: readonly string[]): void };

export class StatsdSink implements Sink {
  readonly name = 'statsd';
  readonly #client: RawStatsD;
  readonly #changes = new MetricChanges();
  #timer: NodeJS.Timeout | undefined;
  #flushes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(
    { host, port }: StatsdAddress,
    node: string,
    private readonly registry: MetricRegistry,
    private readonly losses: SinkLosses,
  ) {
    this.#client = new StatsD({
      host,
      port,
      protocol: 'udp',
      cacheDns: true,
      maxBufferSize: mostDatagramBytes,
      globalTags: { node },
      errorHandler: () => losses.failures.add(1),
    }) as RawStatsD;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#underWay = this.#underWay.then(() => this.flush());
    }, flushEveryMs).unref();
  }

  /** Sends what has changed since the last time. */
  async flush(): Promise<void> {
    const withGauges = this.#flushes % flushesBetweenGauges === 0;
    this.#flushes += 1;
    try {
      await this.#send(withGauges);
    } catch {
      this.losses.failures.add(1);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flushes = 0;
    await this.#underWay;
    await this.flush();
    await new Promise<void>((resolve) => this.#client.close(() => resolve()));
  }

  async #send(withGauges: boolean): Promise<void> {
    const metrics = withGauges ? await this.registry.read() : this.registry.metrics();
    let lines = 0;
    for (const change of this.#changes.since(metrics, withGauges)) {
      this.#client.send(statsdMessage(change), statsdTags(change));
      lines += 1;
      if (lines % linesBetweenTurns === 0) await nextTurn();
    }
    this.#client.flush();
  }
}
