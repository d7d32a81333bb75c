/**
 * The figures of this process: counters, gauges and histograms that cost an addition when something happens, and are read by
 * sinks when they want to. The number of series is bounded whatever label values come in.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { SeriesTree } from './series-tree.js';
import { CounterSeries, GaugeSeries, HistogramSeries, type Exemplar, type LabelValues } from './series.js';

export { longestLabelValue, overflowLabel } from './series-tree.js';
export type { Exemplar, LabelValues } from './series.js';

export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface Series {
  readonly labels: LabelValues;
  /** Of counters and gauges. Of histograms the sum. */
  readonly value: number;
  /** Of histograms: how many fell into each bucket by itself, the last one without an upper bound. */
  readonly bucketCounts?: readonly number[];
  /** Of histograms: one for each bucket that has one. */
  readonly exemplars?: readonly (Exemplar | undefined)[];
}

export interface MetricSnapshot {
  /** By Prometheus' conventions: base units, counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: MetricKind;
  readonly labelNames: readonly string[];
  /** Upper bounds of a histogram's buckets, without the infinite one. */
  readonly bounds?: readonly number[];
  readonly series: readonly Series[];
}

export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** @default {@link mostSeriesOfMetric}, of histograms {@link mostSeriesOfHistogram} */
  readonly mostSeries?: number;
}

/** Series that one metric may have; what comes beyond is counted in one whose labels all say `other`. */
export const mostSeriesOfMetric = 2_000;
/** Fewer: each is a line for every bucket on the page, 15 of them for durations. */
export const mostSeriesOfHistogram = 200;
/** What is not found out by then is left as it was: a page that comes late does not come at all. */
const readingsDeadlineMs = 1_000;

abstract class Metric<One extends CounterSeries | GaugeSeries | HistogramSeries> {
  abstract readonly kind: MetricKind;
  readonly #tree: SeriesTree<One>;

  constructor(
    readonly description: MetricDescription,
    mostSeries: number,
    make: (labels: LabelValues) => One,
  ) {
    const { labelNames = [], mostSeries: most = mostSeries } = description;
    this.#tree = new SeriesTree(labelNames.length, most, make);
    // A figure without labels is there from the start: zero and unknown are not the same.
    if (labelNames.length === 0) this.series();
  }

  /** To hold and add to; only until something of its labels is forgotten. */
  series(...labels: string[]): One {
    return this.#tree.of(labels);
  }

  all(): Iterable<One> {
    return this.#tree.all();
  }

  get seriesCount(): number {
    return this.#tree.size;
  }

  /** How often something was counted as `other` for want of a series of its own. */
  get dropped(): number {
    return this.#tree.dropped;
  }

  clear(): void {
    this.#tree.clear();
  }

  /** Takes away every series with these labels, whatever its others are. */
  forget(labels: Readonly<Record<string, string>>): void {
    this.#tree.forget((this.description.labelNames ?? []).map((name) => labels[name]));
  }

  abstract snapshot(): MetricSnapshot;
}

function plainSnapshot(metric: Counter | Gauge): MetricSnapshot {
  const { name, help, labelNames = [] } = metric.description;
  const series = Array.from<Series, Series>(metric.all(), ({ labels, value }) => ({ labels, value }));
  return { name, help, kind: metric.kind, labelNames, series };
}

export class Counter extends Metric<CounterSeries> {
  readonly kind = 'counter';

  constructor(description: MetricDescription) {
    super(description, mostSeriesOfMetric, (labels) => new CounterSeries(labels));
  }

  add(amount: number, ...labels: string[]): void {
    this.series(...labels).add(amount);
  }

  snapshot(): MetricSnapshot {
    return plainSnapshot(this);
  }
}

export class Gauge extends Metric<GaugeSeries> {
  readonly kind = 'gauge';

  constructor(description: MetricDescription) {
    super(description, mostSeriesOfMetric, (labels) => new GaugeSeries(labels));
  }

  set(value: number, ...labels: string[]): void {
    this.series(...labels).set(value);
  }

  add(amount: number, ...labels: string[]): void {
    this.series(...labels).add(amount);
  }

  snapshot(): MetricSnapshot {
    return plainSnapshot(this);
  }
}

export class Histogram extends Metric<HistogramSeries> {
  readonly kind = 'histogram';

  /** @param bounds upper bounds, ascending. */
  constructor(
    description: MetricDescription,
    readonly bounds: readonly number[],
  ) {
    const shared = Float64Array.from(bounds);
    super(description, mostSeriesOfHistogram, (labels) => new HistogramSeries(labels, shared));
  }

  record(value: number, ...labels: string[]): void {
    this.series(...labels).record(value);
  }

  recordWithExemplar({ value, traceId, atUnixMs }: Exemplar, ...labels: string[]): void {
    this.series(...labels).recordWithExemplar(value, traceId, atUnixMs);
  }

  snapshot(): MetricSnapshot {
    const { name, help, labelNames = [] } = this.description;
    const series = Array.from(this.all(), (one) => {
      const exemplars = one.exemplars();
      const { labels, value, bucketCounts } = one;
      return {
        labels,
        value,
        bucketCounts: [...bucketCounts],
        ...(exemplars !== undefined && { exemplars }),
      };
    });
    return { name, help, kind: this.kind, labelNames, bounds: this.bounds, series };
  }
}

export type AnyMetric = Counter | Gauge | Histogram;

/** Works out figures that are known only when they are asked for; what it cannot find out it leaves as it was. */
export type Reading = () => void | Promise<void>;

export class MetricRegistry {
  readonly #metrics = new Map<string, AnyMetric>();
  readonly #readings = new Set<Reading>();
  #underWay: Promise<void> | undefined;

  /** The same metric for the same name. */
  counter(description: MetricDescription): Counter {
    return this.#known(description.name, () => new Counter(description), Counter);
  }

  gauge(description: MetricDescription): Gauge {
    return this.#known(description.name, () => new Gauge(description), Gauge);
  }

  histogram(description: MetricDescription, bounds: readonly number[]): Histogram {
    return this.#known(description.name, () => new Histogram(description, bounds), Histogram);
  }

  /** @param reading runs before each snapshot. @returns takes it away. */
  beforeSnapshot(reading: Reading): () => void {
    this.#readings.add(reading);
    return () => void this.#readings.delete(reading);
  }

  /** As they are now, without asking for what is known only then. */
  metrics(): AnyMetric[] {
    return [...this.#metrics.values()];
  }

  /** Lets what is known only when it is asked for be found out. Whoever asks meanwhile waits for the same answer. */
  async read(): Promise<AnyMetric[]> {
    this.#underWay ??= this.#readAll().finally(() => (this.#underWay = undefined));
    await this.#underWay;
    return this.metrics();
  }

  async snapshot(): Promise<MetricSnapshot[]> {
    const metrics = await this.read();
    return metrics.map((metric) => metric.snapshot());
  }

  async #readAll(): Promise<void> {
    const readings = Promise.allSettled([...this.#readings].map(async (reading) => reading()));
    const isDone = new AbortController();
    const late = delay(readingsDeadlineMs, undefined, { signal: isDone.signal }).catch(() => undefined);
    await Promise.race([readings, late]);
    isDone.abort();
  }

  #known<Kind extends AnyMetric>(
    name: string,
    make: () => Kind,
    kind: new (...given: never[]) => Kind,
  ): Kind {
    const known = this.#metrics.get(name);
    if (known instanceof kind) return known;
    if (known !== undefined) throw new TypeError(`"${name}" is already a metric of another kind.`);
    const metric = make();
    this.#metrics.set(name, metric);
    return metric;
  }
}
