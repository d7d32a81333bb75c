/** Spreads work over time: so many pieces a second, and a few at once after a pause. */
export class TokenBucket {
  readonly #intervalMs: number;
  /** When the next piece would be due, had all come evenly (the virtual scheduling of GCRA, ITU-T I.371). */
  #dueAtMs: number;

  constructor(
    perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.#intervalMs = 1_000 / perSecond;
    this.#dueAtMs = nowMs - (burst - 1) * this.#intervalMs;
  }

  /** @returns 0 when one was taken, otherwise the milliseconds until there is one. */
  take(nowMs: number): number {
    const earliestMs = nowMs - (this.burst - 1) * this.#intervalMs;
    // Never further ahead than one interval, but for a clock that was set back.
    const dueAtMs = Math.min(Math.max(this.#dueAtMs, earliestMs), nowMs + this.#intervalMs);
    this.#dueAtMs = dueAtMs;
    if (dueAtMs > nowMs) return Math.ceil(dueAtMs - nowMs);
    this.#dueAtMs = dueAtMs + this.#intervalMs;
    return 0;
  }
}
