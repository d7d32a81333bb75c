/** Spreads work over time: so many pieces a second, and a few at once after a pause. */
export class TokenBucket {
  #tokens: number;
  #filledAtMs: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  /** @returns 0 when one was taken, otherwise the milliseconds until there is one. */
  take(nowMs: number): number {
    const grown = (Math.max(0, nowMs - this.#filledAtMs) * this.perSecond) / 1_000;
    this.#tokens = Math.min(this.burst, this.#tokens + grown);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1_000) / this.perSecond);
    this.#tokens -= 1;
    return 0;
  }
}
