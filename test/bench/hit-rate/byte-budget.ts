/** The library's own store as a policy of the replay: every entry costs the same, so that the budget counts objects. */
import { ByteBudgetStore, entryOverheadBytes } from '../../../libs/caching/src/core/byte-budget-store.js';
import type { CacheSize, Policy } from './policy.js';

const keyLength = 8;

export class ByteBudget implements Policy {
  readonly #store: ByteBudgetStore<true>;
  readonly #names: string[];

  constructor({ capacity, keyCount }: CacheSize) {
    this.#store = new ByteBudgetStore({ budgetBytes: capacity * (entryOverheadBytes + keyLength) });
    this.#names = Array.from({ length: keyCount }, (_, key) => String(key).padStart(keyLength, '0'));
  }

  request(key: number): boolean {
    const name = this.#names[key] as string;
    if (this.#store.get(name) === true) return true;
    this.#store.set(name, true, 0);
    return false;
  }
}
