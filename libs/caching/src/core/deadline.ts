/** A bound on the time that somebody waits for work, and a way for the work to learn that nobody waits any more. */
export class DeadlinePassed extends Error {
  readonly code = 'DEADLINE_PASSED';

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
    this.name = 'DeadlinePassed';
  }
}

/**
 * The time is counted in slices, because timers run before sockets are read: after the process itself was busy for a second,
 * a single timer would call a good server hung whose answer has been lying there. However long a slice takes, it counts once,
 * and between two of them answers are read.
 */
const slices = 5;

export class Deadline {
  #hasPassed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly timeoutMs: number) {}

  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Work that has waited calls this before it changes anything: its caller was told already that it failed. @throws DeadlinePassed */
  check(): void {
    if (this.#hasPassed) throw new DeadlinePassed(this.timeoutMs);
  }

  /** @throws DeadlinePassed */
  async bound<Result>(work: Promise<Result>): Promise<Result> {
    const end = new Promise<never>((_, reject) => {
      this.#wait(slices, () => {
        this.#hasPassed = true;
        reject(new DeadlinePassed(this.timeoutMs));
      });
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  #wait(slicesLeft: number, onEnd: () => void): void {
    this.#timer = setTimeout(() => {
      if (slicesLeft > 1) this.#wait(slicesLeft - 1, onEnd);
      else onEnd();
    }, this.timeoutMs / slices);
  }
}
