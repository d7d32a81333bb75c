/** Tells whether live traffic needs this process: its event loop comes late, or its database connections are taken. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DataSource } from 'typeorm';

const resolutionMs = 10;
const longestLagMs = 30;
/** A look at the delays covers at least so long: shorter ones see two or three turns of the loop. */
const windowMs = 250;
const busyPoolShare = 0.7;

/** The part of node-postgres' pool that says how it stands. */
interface PoolState {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number };
}

export class ProcessPressure {
  readonly #delays = monitorEventLoopDelay({ resolution: resolutionMs });
  #lagMs = 0;
  #lookedAtMs = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly monotonicMs: () => number,
  ) {
    this.#delays.enable();
  }

  onApplicationShutdown(): void {
    this.#delays.disable();
  }

  isBusy(): boolean {
    return this.lagMs > longestLagMs || this.#isPoolBusy();
  }

  /** By how much the loop came late at most in the last window that is over, but for one turn in a hundred. */
  get lagMs(): number {
    const nowMs = this.monotonicMs();
    if (nowMs - this.#lookedAtMs >= windowMs) {
      this.#lagMs = Math.max(0, this.#delays.percentile(99) / 1e6 - resolutionMs);
      this.#delays.reset();
      this.#lookedAtMs = nowMs;
    }
    return this.#lagMs;
  }

  #isPoolBusy(): boolean {
    const pool = (this.dataSource.driver as { master?: PoolState }).master;
    if (pool === undefined) return false;
    const { totalCount, idleCount, waitingCount, options } = pool;
    return waitingCount > 0 || totalCount - idleCount > (options.max ?? 10) * busyPoolShare;
  }
}
