/**
 * Spreads the refresh of a hot entry over the time before its expiry, so that no crowd meets an expired one.
 *
 * XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015): each reader
 * draws an exponential head start, scaled by what a computation costs; no coordination is needed.
 */
export interface EarlyRefreshDraw {
  readonly nowMs: number;
  readonly freshUntilMs: number;
  /** What the last computation of this entry took. */
  readonly computeMs: number;
  /** 1 is optimal for independent readers; more refreshes earlier. */
  readonly beta: number;
  /** From [0, 1), drawn anew by each reader; 0 always refreshes. */
  readonly random: number;
}

/** −ln of the smallest random number above zero that a double can draw: no head start is longer than so many computations. */
const farthestHeadStart = 37;

/** Cheap on the many hits that are far from it. What its uses prolong is never due before its time is up. */
export function isDue(
  {
    freshUntilMs,
    computeMs,
    isSliding,
  }: Pick<EarlyRefreshDraw, 'freshUntilMs' | 'computeMs'> & { readonly isSliding: boolean },
  nowMs: number,
  random: () => number,
): boolean {
  if (freshUntilMs - nowMs > computeMs * farthestHeadStart) return false;
  if (isSliding && nowMs < freshUntilMs) return false;
  return shouldRefreshEarly({ nowMs, freshUntilMs, computeMs, beta: 1, random: random() });
}

export function shouldRefreshEarly(draw: EarlyRefreshDraw): boolean {
  if (draw.nowMs >= draw.freshUntilMs) return true;
  // 0 · ln 0 is not a number: what costs nothing, or has no head start, is never refreshed early.
  const spreadMs = draw.computeMs * draw.beta;
  if (spreadMs <= 0) return false;
  return draw.nowMs - spreadMs * Math.log(draw.random) >= draw.freshUntilMs;
}
