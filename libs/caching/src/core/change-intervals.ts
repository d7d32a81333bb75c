/**
 * Learns from the changes of a key or tag how long one value of it lasts.
 *
 * HTTP guesses a lifetime as a tenth of the time since the last change (RFC 9111, section 4.2.2; Squid's refresh_pattern
 * takes a fifth). One interval tells little: right after a change it is near zero, on quiet data it grows without
 * bound. A mean over the seen intervals is steadier, and the interval that is still open may only lengthen it.
 */
export interface ChangeIntervals {
  readonly lastChangedAtMs: number;
  /** Exponentially weighted mean of the closed intervals; undefined until the second change. */
  readonly meanMs: number | undefined;
}

/** The weight of the newest interval: eight changes later an old habit counts for a tenth. */
const newestWeight = 0.25;

export function withChange(seen: ChangeIntervals | undefined, changedAtMs: number): ChangeIntervals {
  if (seen === undefined) return { lastChangedAtMs: changedAtMs, meanMs: undefined };
  // Invalidations of several nodes may arrive out of order; an older one closes no interval.
  if (changedAtMs <= seen.lastChangedAtMs) return seen;
  const intervalMs = changedAtMs - seen.lastChangedAtMs;
  const meanMs =
    seen.meanMs === undefined ? intervalMs : seen.meanMs + newestWeight * (intervalMs - seen.meanMs);
  return { lastChangedAtMs: changedAtMs, meanMs };
}

/** The expected time between changes, or undefined as long as nothing is known. */
export function expectedIntervalMs(seen: ChangeIntervals | undefined, nowMs: number): number | undefined {
  if (seen === undefined) return undefined;
  const openMs = Math.max(0, nowMs - seen.lastChangedAtMs);
  if (seen.meanMs === undefined) return openMs;
  // An open interval longer than the mean shows that changes have become rarer; a shorter one shows nothing yet.
  return openMs <= seen.meanMs ? seen.meanMs : seen.meanMs + newestWeight * (openMs - seen.meanMs);
}

/**
 * The lifetime that meets a change with the chance `changeRisk`, where changes come independently (a Poisson process):
 * `P(change within t) = 1 − e^(−t / mean)`. At a risk of 0.1 that is 10.5 % of the mean, HTTP's tenth.
 */
export function lifetimeMs(intervalMs: number, changeRisk: number): number {
  return -Math.log1p(-changeRisk) * intervalMs;
}
