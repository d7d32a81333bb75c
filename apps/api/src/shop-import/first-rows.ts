/** Remembers which row of a file had a key first, so that a second one is told instead of winning silently. */
export class FirstRows {
  readonly #rowByKey = new Map<string, number>();

  /** @returns the row that has the key already; undefined when it is this row's from now on. */
  claim(key: string, row: number): number | undefined {
    const earlier = this.#rowByKey.get(key);
    if (earlier === undefined) this.#rowByKey.set(key, row);
    return earlier;
  }
}
