/** Says whose trace is sent. By the trace's id, so that every node that takes part in it decides alike. */
import type { FinishedWork } from '../work/work.js';

/** Faults are always sent; otherwise the caller's word counts, and where it has none the ratio. */
export function isTraceSampled(work: FinishedWork, ratio: number): boolean {
  const { outcome, isSampledByCaller, traceId } = work;
  if (outcome === 'failed') return true;
  if (isSampledByCaller !== undefined) return isSampledByCaller;
  // The last 56 bits of an id are random (W3C Trace Context, level 2); 48 of them are a whole number here.
  return Number.parseInt(traceId.slice(-12), 16) < ratio * 2 ** 48;
}
