/** Chance that repeats: the same seed gives the same numbers on every machine, for ever. */
import { createHash } from 'node:crypto';

/**
 * sfc32, a small generator that passes PractRand (Chris Doty-Humphrey, 2010). `Math.random` cannot be seeded, and its
 * algorithm is the engine's to change.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  /** @param purpose gives every part of the shop numbers of its own, so that more of one does not change another. */
  constructor(
    private readonly seed: number,
    private readonly purpose = '',
  ) {
    const state = createHash('sha256').update(`${seed} ${purpose}`).digest();
    this.#a = state.readInt32LE(0);
    this.#b = state.readInt32LE(4);
    this.#c = state.readInt32LE(8);
    this.#counter = state.readInt32LE(12);
  }

  fork(purpose: string): Random {
    return new Random(this.seed, `${this.purpose}/${purpose}`);
  }

  /** 0 to 2³² − 1. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** 0 to just below 1. */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** Both ends included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.fraction() * items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }

  /** Different items in random order, or all of them when there are no more. */
  sample<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items];
    const taken: Item[] = [];
    while (taken.length < count && left.length > 0) {
      taken.push(...left.splice(Math.floor(this.fraction() * left.length), 1));
    }
    return taken;
  }

  /** About normal: the sum of four equal draws, which never strays further than 3.5 deviations. */
  normal(mean: number, deviation: number): number {
    const sum = this.fraction() + this.fraction() + this.fraction() + this.fraction();
    return mean + (sum - 2) * Math.sqrt(3) * deviation;
  }

  /** RFC 9562, version 7: ids that begin with their time stay side by side in an index. */
  uuid(timeMs: number): string {
    const time = Math.trunc(timeMs).toString(16).padStart(12, '0');
    const hex = [this.bits(), this.bits(), this.bits()]
      .map((bits) => bits.toString(16).padStart(8, '0'))
      .join('');
    const variant = ((Number.parseInt(hex.slice(3, 4), 16) & 3) | 8).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
  }
}
