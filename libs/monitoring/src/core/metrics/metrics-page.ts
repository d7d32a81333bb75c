/** The page that Prometheus reads: written metric by metric, so that nobody waits for it, and never larger than a scraper takes. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { metricSlices, pageEnds, type ExpositionFormat } from './exposition.js';
import type { Counter, MetricRegistry } from './metric-registry.js';

/** Bytes; larger ones cost the scraper and the network more than they tell. */
export const mostPageBytes = 1_048_576;

/** Metrics that somebody else keeps, by the same names and formats. */
export interface ForeignMetrics {
  names(): readonly string[];
  /** @returns all lines of the metric. */
  textOf(name: string, format: ExpositionFormat): Promise<string>;
}

export class MetricsPage {
  readonly #leftOut: Counter;
  readonly #underWay = new Map<ExpositionFormat, Promise<string>>();

  constructor(
    private readonly registry: MetricRegistry,
    private readonly foreign: ForeignMetrics,
  ) {
    this.#leftOut = registry.counter({
      name: 'monitoring_metrics_left_out_total',
      help: 'How often a metric was left out of the page because the page would have become too large.',
      labelNames: ['metric'],
    });
  }

  /** Who comes meanwhile gets the same page: however many ask, it is written once at a time. */
  async write(format: ExpositionFormat): Promise<string> {
    let page = this.#underWay.get(format);
    if (page === undefined) {
      page = this.#write(format).finally(() => this.#underWay.delete(format));
      this.#underWay.set(format, page);
    }
    return page;
  }

  async #write(format: ExpositionFormat): Promise<string> {
    const end = pageEnds[format];
    const parts: string[] = [];
    let bytes = Buffer.byteLength(end);
    for await (const [name, text] of this.#texts(format)) {
      const size = Buffer.byteLength(text);
      if (bytes + size > mostPageBytes) {
        this.#leftOut.add(1, name);
        continue;
      }
      bytes += size;
      parts.push(text);
    }
    return parts.join('') + end;
  }

  async *#texts(format: ExpositionFormat): AsyncGenerator<readonly [name: string, text: string]> {
    const own = new Set<string>();
    for (const metric of await this.registry.read()) {
      const { name } = metric.description;
      own.add(name);
      let text = '';
      for (const slice of metricSlices(metric.snapshot(), format)) {
        text += slice;
        await nextTurn();
      }
      yield [name, text];
    }
    for (const name of this.foreign.names()) {
      // The same name twice on a page makes it invalid.
      if (own.has(name)) continue;
      // One that cannot be read must not take the others along.
      yield [name, await this.foreign.textOf(name, format).catch(() => '')];
      await nextTurn();
    }
  }
}
