/** Remembers what a cache could not be told to forget, so that it is forgotten before the cache is believed again. */

export interface Removals {
  /** Everything in them is to be forgotten. */
  readonly scopes: readonly string[];
  readonly keys: readonly string[];
}

export class OwedRemovals {
  readonly #scopes = new Set<string>();
  readonly #keys = new Set<string>();

  /** @param mostKeys how many single keys are remembered; beyond it their whole scope is owed, as memory has an end and outages may not. */
  constructor(private readonly mostKeys: number) {}

  get isEmpty(): boolean {
    return this.#scopes.size === 0 && this.#keys.size === 0;
  }

  oweScope(scope: string): void {
    this.#scopes.add(scope);
  }

  oweKeys(scope: string, keys: readonly string[]): void {
    if (this.#scopes.has(scope)) return;
    for (const key of keys) {
      if (this.#keys.size >= this.mostKeys && !this.#keys.has(key)) return this.oweScope(scope);
      this.#keys.add(key);
    }
  }

  /** Whoever takes them either removes all of it, or gives it back. */
  takeAll(): Removals {
    const taken = { scopes: [...this.#scopes], keys: [...this.#keys] };
    this.#scopes.clear();
    this.#keys.clear();
    return taken;
  }

  giveBack({ scopes, keys }: Removals): void {
    for (const scope of scopes) this.#scopes.add(scope);
    for (const key of keys) this.#keys.add(key);
  }
}
