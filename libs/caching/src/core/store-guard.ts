/**
 * Stands between a cache and its store: what is asked of the store ends in bounded time and never throws, and what the store
 * did not confirm to have forgotten is made up for before the store is believed again.
 */
import type { Clock } from '@app/platform/contract';
import { CacheStoreFailed, type StoreOperation } from './cache-store-failed.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { Deadline } from './deadline.js';
import { GuardedCalls } from './guarded-calls.js';
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
  readonly #calls: GuardedCalls;
  #payment: Promise<void> | undefined;

  constructor(
    private readonly store: GuardedStore,
    breaker: CircuitBreaker,
    clock: Clock,
    timeoutMs: number,
  ) {
    const isOutage = (error: unknown) => store.isOutage(error);
    this.#calls = new GuardedCalls({ breaker, nowMs: () => clock.nowMs(), timeoutMs, isOutage });
  }

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
    const outcome = await this.#calls.attempt(async (deadline) => {
      await this.#settled(deadline);
      return run(deadline);
    });
    if (outcome.kind === 'answered') return outcome.result;
    onUnconfirmed();
    if (outcome.kind === 'failed') this.store.onFailure(new CacheStoreFailed(operation, outcome.error));
    return withoutStore;
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
