/** Asks a dependency that may be away: in bounded time, and not at all while it is known to be away. */
import type { CircuitBreaker } from './circuit-breaker.js';
import { Deadline, DeadlinePassed } from './deadline.js';

export type CallOutcome<Result> =
  | { readonly kind: 'answered'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** It is away, and was not asked. */
  | { readonly kind: 'left-alone' };

export interface GuardedCallsOptions {
  readonly breaker: CircuitBreaker;
  readonly nowMs: () => number;
  readonly timeoutMs: number;
  /** Whether an error means that the dependency is away; else it has answered, if only to say no. */
  readonly isOutage: (error: unknown) => boolean;
}

export class GuardedCalls {
  #answers = 0;

  constructor(private readonly options: GuardedCallsOptions) {}

  /**
   * @param probe asks in place of `run` whether a dependency is back that was away. Nobody waits for it, so that no caller pays
   * for one that is not; without it the caller's own call is the probe.
   */
  async attempt<Result>(
    run: (deadline: Deadline) => Promise<Result>,
    probe?: () => Promise<unknown>,
  ): Promise<CallOutcome<Result>> {
    const { breaker, nowMs } = this.options;
    const permit = breaker.tryEnter(nowMs());
    if (permit === undefined) return { kind: 'left-alone' };
    if (probe === undefined || breaker.state === 'closed') return this.#call(permit, run);
    void this.#call(permit, probe);
    return { kind: 'left-alone' };
  }

  async #call<Result>(
    permit: number,
    run: (deadline: Deadline) => Promise<Result>,
  ): Promise<CallOutcome<Result>> {
    const { breaker, nowMs, timeoutMs } = this.options;
    const answersBefore = this.#answers;
    try {
      const deadline = new Deadline(timeoutMs);
      const result = await deadline.bound(run(deadline));
      this.#answers += 1;
      breaker.succeed(permit, nowMs());
      return { kind: 'answered', result };
    } catch (error) {
      if (this.#isAway(error, answersBefore)) breaker.fail(permit, nowMs());
      else breaker.succeed(permit, nowMs());
      return { kind: 'failed', error };
    }
  }

  /** One that answered others meanwhile is slow or the process is busy: giving it up would send all load to what it spares. */
  #isAway(error: unknown, answersBefore: number): boolean {
    if (error instanceof DeadlinePassed && this.#answers > answersBefore) return false;
    return this.options.isOutage(error);
  }
}
