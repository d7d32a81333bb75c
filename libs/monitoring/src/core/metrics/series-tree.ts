/** The series of one metric by their labels: a bounded number, whatever label values come in. */
import type { LabelValues } from './series.js';

/** What comes beyond the bound is counted in one series whose labels all say this. */
export const overflowLabel = 'other';
/** Characters of a label's value: what is longer is cut. */
export const longestLabelValue = 120;

interface Labelled {
  readonly labels: LabelValues;
}

/** By the first label, the next one, and so on: keys joined to one text would cost more than the looks that they save. */
interface Branch<One> extends Map<string, Branch<One> | One> {}

/**
 * Two values that are written alike are one series, for a page with the same series twice is refused as a whole. Half a
 * surrogate pair has no UTF-8: each would be written as the same replacement character.
 */
export function writtenLabel(label: string, longest = longestLabelValue): string {
  const cut = label.length > longest ? label.slice(0, longest) : label;
  return cut.isWellFormed() ? cut : cut.toWellFormed();
}

export class SeriesTree<One extends Labelled> {
  readonly #branches: Branch<One> = new Map();
  readonly #all = new Set<One>();
  #dropped = 0;

  constructor(
    private readonly labelCount: number,
    private readonly mostSeries: number,
    private readonly make: (labels: LabelValues) => One,
  ) {}

  get size(): number {
    return this.#all.size;
  }

  /** How often something was counted in the overflow for want of a series of its own. */
  get dropped(): number {
    return this.#dropped;
  }

  of(labels: LabelValues): One {
    const known = this.#find(labels);
    if (known !== undefined) return known;
    if (labels.length !== this.labelCount)
      throw new RangeError(`The metric has ${this.labelCount} labels, not ${labels.length}.`);
    const own = labels.map((label) => writtenLabel(label));
    return this.#find(own) ?? this.#add(own);
  }

  all(): Iterable<One> {
    return this.#all;
  }

  /** @param values undefined where any will do. */
  forget(values: readonly (string | undefined)[]): void {
    for (const series of this.#all) {
      const isMeant = values.every((value, at) => value === undefined || value === series.labels[at]);
      if (!isMeant) continue;
      this.#all.delete(series);
      this.#branchOf(series.labels)?.delete(series.labels.at(-1) ?? '');
    }
  }

  clear(): void {
    this.#all.clear();
    this.#branches.clear();
  }

  #find(labels: LabelValues): One | undefined {
    let at: Branch<One> | One | undefined = this.#branches;
    // Without labels there is one series, under the empty text.
    if (this.labelCount === 0 && labels.length === 0) at = at.get('');
    for (const label of labels) {
      if (!(at instanceof Map)) return undefined;
      at = at.get(label);
    }
    return at instanceof Map ? undefined : at;
  }

  #branchOf(labels: LabelValues): Branch<One> | undefined {
    let branch = this.#branches;
    for (const label of labels.slice(0, -1)) {
      const next = branch.get(label);
      if (!(next instanceof Map)) return undefined;
      branch = next;
    }
    return branch;
  }

  #add(labels: LabelValues): One {
    const hasRoom = this.#all.size < this.mostSeries;
    const own = hasRoom ? labels : labels.map(() => overflowLabel);
    if (!hasRoom) {
      this.#dropped += 1;
      const overflow = this.#find(own);
      if (overflow !== undefined) return overflow;
    }
    const series = this.make(own);
    this.#all.add(series);
    let branch = this.#branches;
    for (const label of own.slice(0, -1)) {
      let next = branch.get(label);
      if (!(next instanceof Map)) {
        next = new Map();
        branch.set(label, next);
      }
      branch = next;
    }
    branch.set(own.at(-1) ?? '', series);
    return series;
  }
}
