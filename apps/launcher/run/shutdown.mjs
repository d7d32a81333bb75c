// Stops everything that was started, in order, whatever the reason; a second Ctrl-C kills what is left at once.

/**
 * First others are told; the API drains while its services still answer; folders go when nobody writes to them.
 */
export const STOP_ORDER = { notice: 0, task: 1, api: 2, redis: 3, postgres: 4, folder: 5 };

/** One Ctrl-C reaches a program up to three times within milliseconds: from the terminal, from npm, from a parent. */
const SAME_SIGNAL_MS = 500;

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * @typedef {object} Stoppable
 * @property {number} order one of STOP_ORDER
 * @property {() => Promise<void> | void} stop
 * @property {() => void} [kill]
 */

export class Shutdown {
  /** @type {Set<Stoppable>} */
  #stoppables = new Set();
  #firstSignalMs;
  isStopping = false;

  /** @param {() => number} now milliseconds */
  constructor(now = Date.now) {
    this.now = now;
    /** @type {Promise<NodeJS.Signals>} resolves with the first signal */
    this.interrupted = new Promise((resolve) => {
      this.interrupt = resolve;
    });
  }

  /**
   * @param {Stoppable} stoppable
   * @returns {() => void} forgets it again
   */
  add(stoppable) {
    this.#stoppables.add(stoppable);
    return () => this.#stoppables.delete(stoppable);
  }

  async stopAll() {
    this.isStopping = true;
    // What was on its way when stopping began may still join, hence the loop.
    while (this.#stoppables.size > 0) {
      const order = Math.min(...[...this.#stoppables].map((stoppable) => stoppable.order));
      const due = [...this.#stoppables].filter((stoppable) => stoppable.order === order);
      await Promise.all(due.map(async (stoppable) => stoppable.stop()));
      for (const stoppable of due) this.#stoppables.delete(stoppable);
    }
  }

  killAll() {
    for (const { kill } of this.#stoppables) kill?.();
  }

  /**
   * @param {NodeJS.Process} source
   * @param {(code: number) => void} exit called after the second signal
   * @returns {() => void} stops listening
   */
  listen(source, exit) {
    /** @type {[string, () => void][]} */
    const listeners = Object.keys(SIGNAL_NUMBERS).map((signal) => [signal, () => this.receive(signal, exit)]);
    for (const [event, listener] of listeners) source.on(event, listener);
    return () => {
      for (const [event, listener] of listeners) source.off(event, listener);
    };
  }

  /**
   * @param {NodeJS.Signals} signal
   * @param {(code: number) => void} exit
   */
  receive(signal, exit) {
    if (this.#firstSignalMs === undefined) {
      this.#firstSignalMs = this.now();
      this.interrupt(signal);
    } else if (this.now() - this.#firstSignalMs > SAME_SIGNAL_MS) {
      this.killAll();
      exit(signalExitCode(signal));
    }
  }
}

/** @param {NodeJS.Signals} signal */
export function signalExitCode(signal) {
  return 128 + (SIGNAL_NUMBERS[signal] ?? 0);
}
