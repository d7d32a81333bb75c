/** Lets one of many equal questions be answered by work, and the others by its outcome. */

export type Boarding<T> =
  /** Must be settled, whatever happens. */
  | { readonly role: 'leader'; readonly settle: (outcome: T | undefined) => void }
  /** Undefined when the leader has nothing to share. Whether it is still true is for the follower to see. */
  | { readonly role: 'follower'; readonly outcome: Promise<T | undefined> };

export class Flights<T> {
  readonly #underWay = new Map<string, Promise<T | undefined>>();

  get count(): number {
    return this.#underWay.size;
  }

  board(key: string): Boarding<T> {
    const outcome = this.#underWay.get(key);
    if (outcome !== undefined) return { role: 'follower', outcome };
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    this.#underWay.set(key, promise);
    return {
      role: 'leader',
      settle: (value) => {
        // Before the followers go on: one that finds the outcome untrue must not board the same flight again.
        if (this.#underWay.get(key) === promise) this.#underWay.delete(key);
        resolve(value);
      },
    };
  }
}
