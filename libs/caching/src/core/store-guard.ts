/**
 * Stands between a cache and its store: what is asked of the store ends in bounded time and never throws, and what the store
 * did not confirm to have forgotten is made up for before the store is believed again.
 */
import type { Clock } from '@app/platform/contract';
import { CacheStoreFailed, type StoreOperation } from './cache-store-failed.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { Deadline, DeadlinePassed } from './deadline.js';
import { OwedRemovals, type Removals } from './owed-removals.js';

export interface GuardedStore {
  remove(removals: Removals): Promise<unknown>;
  /** Whether an error means that the store is away; else it has answered, if only to say no. */
  isOutage(error: unknown): boolean;
  onFailure(failure: CacheStoreFailed): void;
}

const mostOwedKeys = 1_000;

export class StoreGuard {
  readonly owed = new OwedRemovals(mostOwedKeys);
  #payment: Promise<void> | undefined;
  #answers = 0;

  constructor(
    private readonly store: GuardedStore,
    private readonly breaker: CircuitBreaker,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /**
   * @param withoutStore the answer when there is none from the store
   * @param onUnconfirmed called when nobody knows whether the change was made
   */
  async attempt<Result>(
    operation: StoreOperation,
    withoutStore: Result,
    run: (deadline: Deadline) => Promise<Result>,
    onUnconfirmed: () => void = () => undefined,
  ): Promise<Result> {
    const permit = this.breaker.tryEnter(this.clock.nowMs());
    if (permit === undefined) {
      onUnconfirmed();
      return withoutStore;
    }
    const answersBefore = this.#answers;
    try {
      const deadline = new Deadline(this.timeoutMs);
      const result = await deadline.bound(this.#settled(deadline).then(() => run(deadline)));
      this.#answers += 1;
      this.breaker.succeed(permit, this.clock.nowMs());
      return result;
    } catch (error) {
      onUnconfirmed();
      if (this.#isAway(error, answersBefore)) this.breaker.fail(permit, this.clock.nowMs());
      else this.breaker.succeed(permit, this.clock.nowMs());
      this.store.onFailure(new CacheStoreFailed(operation, error));
      return withoutStore;
    }
  }

  /** A store that answered others meanwhile is slow or the process is busy: giving it up would send all load to what it spares. */
  #isAway(error: unknown, answersBefore: number): boolean {
    if (error instanceof DeadlinePassed && this.#answers > answersBefore) return false;
    return this.store.isOutage(error);
  }

  /** Resolves when nothing is owed. Whoever comes during a payment waits for it: it would read what is being removed. */
  async #settled(deadline: Deadline): Promise<void> {
    while (this.#payment !== undefined || !this.owed.isEmpty) {
      this.#payment ??= this.#pay().finally(() => (this.#payment = undefined));
      await this.#payment;
      deadline.check();
    }
  }

  async #pay(): Promise<void> {
    const removals = this.owed.takeAll();
    try {
      await this.store.remove(removals);
    } catch (error) {
      this.owed.giveBack(removals);
      throw error;
    }
  }
}
