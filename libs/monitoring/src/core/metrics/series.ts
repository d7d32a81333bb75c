/** One series of a metric: whoever holds it adds to it without looking it up. */

/** Values of the labels, in the order of the metric's label names. */
export type LabelValues = readonly string[];

/** A trace that is an example of what a histogram has counted (OpenMetrics). */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  readonly atUnixMs: number;
}

export class CounterSeries {
  value = 0;

  constructor(readonly labels: LabelValues) {}

  add(amount: number): void {
    // Neither below zero nor NaN: a counter that has once taken it is wrong until the process ends.
    if (amount > 0) this.value += amount;
  }
}

export class GaugeSeries {
  value = 0;

  constructor(readonly labels: LabelValues) {}

  set(value: number): void {
    this.value = value;
  }

  add(amount: number): void {
    this.value += amount;
  }
}

export class HistogramSeries {
  /** Sum of all that was recorded. */
  value = 0;
  /** How many fell into each bucket by itself, the last one without an upper bound. */
  readonly bucketCounts: Float64Array;
  #exemplarIds: string[] | undefined;
  #exemplarNumbers: Float64Array | undefined;

  constructor(
    readonly labels: LabelValues,
    private readonly bounds: Float64Array,
  ) {
    this.bucketCounts = new Float64Array(bounds.length + 1);
  }

  /** @returns the bucket it fell into; undefined for what is no number. */
  record(value: number, times = 1): number | undefined {
    const { bounds, bucketCounts } = this;
    if (Number.isNaN(value)) return undefined;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? Infinity)) bucket += 1;
    bucketCounts[bucket] = (bucketCounts[bucket] ?? 0) + times;
    this.value += value * times;
    return bucket;
  }

  /** The last one of a bucket stands for it. */
  recordWithExemplar(value: number, traceId: string, atUnixMs: number): void {
    const bucket = this.record(value);
    if (bucket === undefined) return;
    const bucketCount = this.bucketCounts.length;
    this.#exemplarIds ??= Array<string>(bucketCount).fill('');
    this.#exemplarNumbers ??= new Float64Array(2 * bucketCount);
    this.#exemplarIds[bucket] = traceId;
    this.#exemplarNumbers[2 * bucket] = value;
    this.#exemplarNumbers[2 * bucket + 1] = atUnixMs;
  }

  /** One for each bucket that has one; undefined where there is none at all. */
  exemplars(): (Exemplar | undefined)[] | undefined {
    const numbers = this.#exemplarNumbers;
    if (numbers === undefined) return undefined;
    return this.#exemplarIds?.map((traceId, bucket) => {
      const value = numbers[2 * bucket] ?? 0;
      return traceId === '' ? undefined : { traceId, value, atUnixMs: numbers[2 * bucket + 1] ?? 0 };
    });
  }
}
