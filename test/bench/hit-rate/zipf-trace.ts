/** Makes a trace in which the object of rank r is asked for in proportion to 1 / r^alpha. */
import type { Trace } from './trace-file.js';

export interface ZipfOptions {
  readonly alpha: number;
  readonly objectCount: number;
  readonly requestCount: number;
}

export function zipfTrace({ alpha, objectCount, requestCount }: ZipfOptions, random: () => number): Trace {
  const cumulative = new Float64Array(objectCount);
  let sum = 0;
  for (let rank = 0; rank < objectCount; rank += 1) cumulative[rank] = sum += 1 / (rank + 1) ** alpha;
  const keys = new Int32Array(requestCount);
  for (let at = 0; at < requestCount; at += 1) keys[at] = firstAbove(cumulative, random() * sum);
  return { name: `zipf-${alpha}`, keys, keyCount: objectCount };
}

function firstAbove(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
