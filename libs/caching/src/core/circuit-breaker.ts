/** Decides whether a failing dependency is asked at all: after some failures in a row it is left alone, then tried by one probe at a time. */

export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failuresToOpen: number;
  /** Milliseconds from opening to the first probe, and from one probe to the next. */
  readonly probeAfterMs: number;
}

/**
 * Leave to ask once, to be handed back with the outcome. It names the period between two changes of state: what began before
 * a change and ends after it says nothing about the present, e.g. a command that times out when the server is back already.
 */
export type CircuitPermit = number;

export class CircuitBreaker {
  #state: CircuitState = 'closed';
  #period: CircuitPermit = 0;
  #failuresInARow = 0;
  #changedAtMs = 0;

  constructor(private readonly options: CircuitBreakerOptions) {}

  get state(): CircuitState {
    return this.#state;
  }

  /** Undefined means: do not ask, answer without it. Who gets a permit reports by `succeed` or `fail`. */
  tryEnter(nowMs: number): CircuitPermit | undefined {
    if (this.#state === 'closed') return this.#period;
    // A clock that was set back must not keep the circuit open for as long as it was set back. A probe that never reports,
    // because whoever made it has gone, is given up after the same time.
    const elapsedMs = nowMs - this.#changedAtMs;
    if (elapsedMs >= 0 && elapsedMs < this.options.probeAfterMs) return undefined;
    this.#change('half-open', nowMs);
    return this.#period;
  }

  succeed(permit: CircuitPermit, nowMs: number): void {
    if (permit !== this.#period) return;
    this.#failuresInARow = 0;
    if (this.#state === 'half-open') this.#change('closed', nowMs);
  }

  fail(permit: CircuitPermit, nowMs: number): void {
    if (permit !== this.#period) return;
    this.#failuresInARow += 1;
    if (this.#state === 'half-open' || this.#failuresInARow >= this.options.failuresToOpen)
      this.#change('open', nowMs);
  }

  #change(state: CircuitState, nowMs: number): void {
    this.#state = state;
    this.#period += 1;
    this.#failuresInARow = 0;
    this.#changedAtMs = nowMs;
  }
}
