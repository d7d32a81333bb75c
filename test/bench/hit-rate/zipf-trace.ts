/** Makes a trace in which the object of rank r is asked for in proportion to 1 / r^alpha. */
import { zipfRanks } from '../../support/zipf.js';
import type { Trace } from './trace-file.js';

export interface ZipfOptions {
  readonly alpha: number;
  readonly objectCount: number;
  readonly requestCount: number;
}

export function zipfTrace({ alpha, objectCount, requestCount }: ZipfOptions, random: () => number): Trace {
  const rank = zipfRanks(objectCount, alpha, random);
  const keys = Int32Array.from({ length: requestCount }, rank);
  return { name: `zipf-${alpha}`, keys, keyCount: objectCount };
}
