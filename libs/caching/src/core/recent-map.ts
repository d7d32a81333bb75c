/** A Map that keeps what was read or written last and drops the rest, for a cache in memory that must not grow for ever. */
export class RecentMap<Value> extends Map<string, Value> {
  constructor(private readonly mostEntries: number) {
    super();
  }

  override get(key: string): Value | undefined {
    const value = super.get(key);
    if (value !== undefined) this.#moveToEnd(key, value);
    return value;
  }

  override set(key: string, value: Value): this {
    this.#moveToEnd(key, value);
    if (this.size > this.mostEntries) {
      const [eldest] = this.keys();
      if (eldest !== undefined) this.delete(eldest);
    }
    return this;
  }

  /** A Map iterates in the order of insertion. */
  #moveToEnd(key: string, value: Value): void {
    this.delete(key);
    super.set(key, value);
  }
}
