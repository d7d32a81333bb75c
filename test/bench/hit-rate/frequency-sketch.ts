/** Estimates how often a key was asked for: four rows of four-bit counters that are halved from time to time. */
const rowCount = 4;
const mostUses = 15;
const seeds = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];

export class FrequencySketch {
  readonly #rows: Uint8Array[];
  readonly #mask: number;
  readonly #sampleSize: number;
  #additions = 0;

  /** TinyLFU (Einziger et al., 2017) ages after ten times as many additions as the cache holds objects. */
  constructor(capacity: number) {
    const width = 2 ** Math.ceil(Math.log2(Math.max(64, capacity * 4)));
    this.#mask = width - 1;
    this.#rows = Array.from({ length: rowCount }, () => new Uint8Array(width));
    this.#sampleSize = Math.max(10, capacity * 10);
  }

  add(key: number): void {
    let added = false;
    for (let row = 0; row < rowCount; row += 1) {
      const counters = this.#rows[row] as Uint8Array;
      const at = this.#slot(row, key);
      const uses = counters[at] as number;
      if (uses === mostUses) continue;
      counters[at] = uses + 1;
      added = true;
    }
    if (added && (this.#additions += 1) >= this.#sampleSize) this.#age();
  }

  frequency(key: number): number {
    let least = mostUses;
    for (let row = 0; row < rowCount; row += 1)
      least = Math.min(least, (this.#rows[row] as Uint8Array)[this.#slot(row, key)] as number);
    return least;
  }

  #age(): void {
    for (const counters of this.#rows)
      for (let at = 0; at < counters.length; at += 1) counters[at] = (counters[at] as number) >> 1;
    this.#additions >>= 1;
  }

  #slot(row: number, key: number): number {
    let mixed = Math.imul(key ^ (key >>> 15), seeds[row] as number);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0x5bd1e995);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
