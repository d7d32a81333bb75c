/** A bound on the time that somebody waits for work, and a way for the work to learn that nobody waits any more. */
export class DeadlinePassed extends Error {
  readonly code = 'DEADLINE_PASSED';

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
    this.name = 'DeadlinePassed';
  }
}

export class Deadline {
  #hasPassed = false;

  constructor(private readonly timeoutMs: number) {}

  /** Work that has waited calls this before it changes anything: its caller was told already that it failed. @throws DeadlinePassed */
  check(): void {
    if (this.#hasPassed) throw new DeadlinePassed(this.timeoutMs);
  }

  /** @throws DeadlinePassed */
  async bound<Result>(work: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<never>((_, reject) => {
      // After the event loop was blocked, timers run before the sockets are read. One more turn lets an answer that lies
      // there already win, so that a busy process does not take a good server for a hung one.
      timer = setTimeout(() => {
        setImmediate(() => {
          this.#hasPassed = true;
          reject(new DeadlinePassed(this.timeoutMs));
        });
      }, this.timeoutMs);
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      clearTimeout(timer);
    }
  }
}
