/** Decides how long to leave a CDN alone after it did not take a purge. */

const shortestMs = 250;
const longestMs = 60_000;

/**
 * Exponential back-off with full jitter, so that the workers of many nodes do not come back together; never before the CDN
 * asked to. There is no last attempt: a purge that was given up would be a stale page for as long as the CDN likes.
 * @param failures in a row, this one included.
 * @param random in [0, 1).
 */
export function retryDelayMs(failures: number, random: number, retryAfterMs: number | undefined): number {
  const ceilingMs = Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 30));
  const backOffMs = Math.ceil(ceilingMs / 2 + (random * ceilingMs) / 2);
  return Math.max(backOffMs, retryAfterMs ?? 0);
}
