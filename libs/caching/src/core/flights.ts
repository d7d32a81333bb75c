/**
 * Lets one of many equal questions be answered by work, and the others by its outcome.
 *
 * Turns tell what came first: whoever asked before the work began may have its outcome whatever was written since, because
 * work of their own could have read no more.
 */

/** Grows with every piece of work that begins. */
export type Turn = number;

export type Boarding<Outcome> =
  /** Must be settled, whatever happens. */
  | { readonly role: 'leader'; readonly settle: (outcome: Outcome | undefined) => void }
  /** Undefined when the leader has nothing to share. Whether it is of use is for the follower to see. */
  | { readonly role: 'follower'; readonly outcome: Promise<Outcome | undefined> };

export class Flights<Outcome> {
  readonly #underWay = new Map<string, Promise<Outcome | undefined>>();
  #turn: Turn = 0;

  get count(): number {
    return this.#underWay.size;
  }

  /** Work that begins from now on has a later turn. */
  get turn(): Turn {
    return this.#turn;
  }

  /** To be called before the work's first read. */
  begin(): Turn {
    this.#turn += 1;
    return this.#turn;
  }

  board(key: string): Boarding<Outcome> {
    const outcome = this.#underWay.get(key);
    if (outcome !== undefined) return { role: 'follower', outcome };
    const { promise, resolve } = Promise.withResolvers<Outcome | undefined>();
    this.#underWay.set(key, promise);
    return {
      role: 'leader',
      settle: (value) => {
        // Before the followers go on: one that finds the outcome of no use must not board the same flight again.
        if (this.#underWay.get(key) === promise) this.#underWay.delete(key);
        resolve(value);
      },
    };
  }
}
