/** About how many different things were seen, in a kilobyte however many they are (HyperLogLog, Flajolet et al. 2007). */
import { hash } from 'node:crypto';

const indexBits = 10;
const registerCount = 1 << indexBits;
/** The paper's constant for so many registers; the standard error is 1.04 / √1024 = 3.3 %. */
const alpha = 0.7213 / (1 + 1.079 / registerCount);

export class DistinctCount {
  readonly #registers = new Uint8Array(registerCount);

  add(thing: string): void {
    const digest = hash('sha1', thing, 'buffer');
    const register = digest.readUInt16BE(0) >>> (16 - indexBits);
    const rank = Math.clz32(digest.readUInt32BE(2)) + 1;
    if (rank > (this.#registers[register] ?? 0)) this.#registers[register] = rank;
  }

  get estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const raw = (alpha * registerCount ** 2) / sum;
    // Below two and a half times the registers, counting the empty ones says more.
    const isSmall = raw <= 2.5 * registerCount && empty > 0;
    return Math.round(isSmall ? registerCount * Math.log(registerCount / empty) : raw);
  }
}
