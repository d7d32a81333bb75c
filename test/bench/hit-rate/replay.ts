/** Runs a trace through every policy at every size and says how many of a hundred requests were hits. */
import { Arc } from './arc.js';
import { Belady, nextUses } from './belady.js';
import { ByteBudget } from './byte-budget.js';
import { Lru } from './lru.js';
import type { Policy, PolicyMaker } from './policy.js';
import { S3Fifo } from './s3-fifo.js';
import { Sieve } from './sieve.js';
import type { Trace } from './trace-file.js';
import { WTinyLfu } from './w-tiny-lfu.js';

/** The published policies that ours is measured against. */
const peers = {
  LRU: (size) => new Lru(size),
  ARC: (size) => new Arc(size),
  'W-TinyLFU': (size) => new WTinyLfu(size),
  'W-TinyLFU 1 %': (size) => new WTinyLfu(size, false),
  'S3-FIFO': (size) => new S3Fifo(size),
  SIEVE: (size) => new Sieve(size),
} satisfies Record<string, PolicyMaker>;

export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as PeerName[];

export interface Replay {
  readonly trace: string;
  readonly requestCount: number;
  readonly distinctCount: number;
  /** The cache's size as a share of the distinct keys of the trace. */
  readonly sizeShare: number;
  readonly capacity: number;
  /** Hits of a hundred requests. */
  readonly peers: Readonly<Record<PeerName, number>>;
  readonly ours: number;
  /** No cache of this size can have more. */
  readonly belady: number;
  /** No cache of any size can have more: the first request for a key is never a hit. */
  readonly maximum: number;
}

export function* replays(trace: Trace, sizeShares: readonly number[]): Generator<Replay> {
  const uses = nextUses(trace.keys, trace.keyCount);
  const distinctCount = new Set(trace.keys).size;
  for (const sizeShare of sizeShares) {
    const capacity = Math.max(1, Math.round(distinctCount * sizeShare));
    const size = { capacity, keyCount: trace.keyCount };
    const percentages = peerNames.map((name) => [name, hitPercentage(trace.keys, peers[name](size))]);
    yield {
      trace: trace.name,
      requestCount: trace.keys.length,
      distinctCount,
      sizeShare,
      capacity,
      peers: Object.fromEntries(percentages) as Record<PeerName, number>,
      ours: hitPercentage(trace.keys, new ByteBudget(size)),
      belady: hitPercentage(trace.keys, new Belady(size, trace.keys, uses)),
      maximum: 100 * (1 - distinctCount / trace.keys.length),
    };
  }
}

export function hitPercentage(keys: Iterable<number> & { length: number }, policy: Policy): number {
  let hits = 0;
  for (const key of keys) if (policy.request(key)) hits += 1;
  return (100 * hits) / keys.length;
}
