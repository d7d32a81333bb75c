/**
 * The figures of this process: counters, gauges and histograms that cost an addition when something happens, and are read by
 * sinks when they want to. The number of series is bounded whatever label values come in.
 */

export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** Values of the labels, in the order of the metric's label names. */
export type LabelValues = readonly string[];

/** A trace that is an example of what a histogram or counter has counted (OpenMetrics). */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  readonly atUnixMs: number;
}

export interface Series {
  readonly labels: LabelValues;
  /** Of counters and gauges. Of histograms the sum. */
  readonly value: number;
  /** Of histograms: how many fell into each bucket by itself, the last one without an upper bound. */
  readonly bucketCounts?: readonly number[];
  /** One for each bucket that has one; of counters at most one. */
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
}

/** Series that one metric may have; what comes beyond is counted in one whose labels are all {@link overflowLabel}. */
export const mostSeriesOfMetric = 2_000;
export const overflowLabel = 'other';
/** Of a label's value: what is longer is cut. */
export const longestLabelValue = 120;

interface Cell {
  readonly labels: LabelValues;
  value: number;
  bucketCounts: number[] | undefined;
  exemplars: (Exemplar | undefined)[] | undefined;
}

/** The series of one metric, by their labels. */
class Cells {
  readonly #cells = new Map<string, Cell>();
  #dropped = 0;

  constructor(
    private readonly labelCount: number,
    private readonly bucketCount: number | undefined,
  ) {}

  /** Label values that could not have a series of their own. */
  get dropped(): number {
    return this.#dropped;
  }

  cell(labels: LabelValues): Cell {
    // \u0001 stands in no name that a client can send in a header or a document.
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\u0001');
    return this.#cells.get(key) ?? this.#add(key, labels);
  }

  all(): Iterable<Cell> {
    return this.#cells.values();
  }

  clear(): void {
    this.#cells.clear();
  }

  #add(key: string, labels: LabelValues): Cell {
    if (labels.length !== this.labelCount)
      throw new RangeError(`The metric has ${this.labelCount} labels, not ${labels.length}.`);
    if (this.#cells.size >= mostSeriesOfMetric) {
      const overflow = labels.map(() => overflowLabel);
      const overflowKey = overflow.join('\u0001');
      if (key !== overflowKey) this.#dropped += 1;
      return this.#cells.get(overflowKey) ?? this.#insert(overflowKey, overflow);
    }
    return this.#insert(
      key,
      labels.map((label) => label.slice(0, longestLabelValue)),
    );
  }

  #insert(key: string, labels: LabelValues): Cell {
    const bucketCounts = this.bucketCount === undefined ? undefined : Array<number>(this.bucketCount).fill(0);
    const cell: Cell = { labels, value: 0, bucketCounts, exemplars: undefined };
    this.#cells.set(key, cell);
    return cell;
  }
}

export class Counter {
  readonly cells: Cells;

  constructor(readonly description: MetricDescription) {
    this.cells = new Cells(description.labelNames?.length ?? 0, undefined);
  }

  add(amount: number, ...labels: string[]): void {
    this.cells.cell(labels).value += amount;
  }
}

export class Gauge {
  readonly cells: Cells;

  constructor(readonly description: MetricDescription) {
    this.cells = new Cells(description.labelNames?.length ?? 0, undefined);
  }

  set(value: number, ...labels: string[]): void {
    this.cells.cell(labels).value = value;
  }

  add(amount: number, ...labels: string[]): void {
    this.cells.cell(labels).value += amount;
  }
}

export class Histogram {
  readonly cells: Cells;

  /** @param bounds upper bounds, ascending. */
  constructor(
    readonly description: MetricDescription,
    readonly bounds: readonly number[],
  ) {
    this.cells = new Cells(description.labelNames?.length ?? 0, bounds.length + 1);
  }

  record(value: number, ...labels: string[]): void {
    this.#recordIn(this.cells.cell(labels), value);
  }

  recordWithExemplar(exemplar: Exemplar, ...labels: string[]): void {
    const cell = this.cells.cell(labels);
    const bucket = this.#recordIn(cell, exemplar.value);
    cell.exemplars ??= [];
    cell.exemplars[bucket] = exemplar;
  }

  #recordIn(cell: Cell, value: number): number {
    const at = this.bounds.findIndex((bound) => value <= bound);
    const bucket = at === -1 ? this.bounds.length : at;
    cell.value += value;
    if (cell.bucketCounts !== undefined) cell.bucketCounts[bucket] = (cell.bucketCounts[bucket] ?? 0) + 1;
    return bucket;
  }
}

type Metric = Counter | Gauge | Histogram;

/** Works out figures that are known only when they are asked for; what it cannot find out it leaves as it was. */
export type Reading = () => void | Promise<void>;

export class MetricRegistry {
  readonly #metrics = new Map<string, Metric>();
  readonly #readings = new Set<Reading>();

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

  async snapshot(): Promise<MetricSnapshot[]> {
    await Promise.allSettled([...this.#readings].map(async (reading) => reading()));
    return [...this.#metrics.values()].map(snapshotOf);
  }

  #known<Kind extends Metric>(name: string, make: () => Kind, kind: new (...given: never[]) => Kind): Kind {
    const known = this.#metrics.get(name);
    if (known instanceof kind) return known;
    if (known !== undefined) throw new TypeError(`"${name}" is already a metric of another kind.`);
    const metric = make();
    this.#metrics.set(name, metric);
    return metric;
  }
}

function kindOf(metric: Metric): MetricKind {
  if (metric instanceof Histogram) return 'histogram';
  return metric instanceof Counter ? 'counter' : 'gauge';
}

function snapshotOf(metric: Metric): MetricSnapshot {
  const { name, help, labelNames = [] } = metric.description;
  const series = Array.from(metric.cells.all(), ({ labels, value, bucketCounts, exemplars }) => ({
    labels,
    value,
    ...(bucketCounts !== undefined && { bucketCounts: [...bucketCounts] }),
    ...(exemplars !== undefined && { exemplars: [...exemplars] }),
  }));
  const bounds = metric instanceof Histogram ? { bounds: metric.bounds } : {};
  return { name, help, kind: kindOf(metric), labelNames, ...bounds, series };
}
