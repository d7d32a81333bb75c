/** How a node looks at what others have made: past what is of no use, and for as long as somebody is at work on it. */
import type { SharedFind, SharedStore, Wanted } from './shared-store.js';

export type SharedLookup<Found> =
  { readonly kind: 'hit'; readonly found: Found } | Exclude<SharedFind, { readonly kind: 'found' }>;

/** Useless things that are looked past in one lookup, beside one for each key: others may replace what they find meanwhile. */
const mostReplaced = 1;

/** @param admit undefined for what is of no use here. */
export async function lookUpShared<Found>(
  store: SharedStore,
  name: string,
  wanted: Wanted,
  admit: (key: string, bytes: Buffer) => Found | undefined,
): Promise<SharedLookup<Found>> {
  const useless = new Map(wanted.useless);
  for (let attempt = 0; attempt < wanted.keys.length + mostReplaced; attempt += 1) {
    const found = await store.find(name, { ...wanted, useless });
    if (found.kind !== 'found') return found;
    const admitted = admit(found.key, found.bytes);
    if (admitted !== undefined) return { kind: 'hit', found: admitted };
    // Asked again without it, and not merely for a lease: somebody may have replaced it and given back the lease since.
    useless.set(found.key, found.bytes);
  }
  return { kind: 'nobody' };
}

export interface Patience {
  readonly nowMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly longestWaitMs: number;
}

/** Milliseconds between two looks whether another node's work is done, a little more with every look. */
const firstLookMs = 5;
const longestLookMs = 100;

/** Looks until there is something, there is nobody to wait for, or the waiting has been long enough. */
export async function awaitShared<Found>(
  look: () => Promise<SharedLookup<Found>>,
  { nowMs, pause, random, longestWaitMs }: Patience,
): Promise<SharedLookup<Found>> {
  const deadlineMs = nowMs() + longestWaitMs;
  for (let lookMs = firstLookMs; ; lookMs = Math.min(lookMs * 1.2, longestLookMs)) {
    const shared = await look();
    if (shared.kind !== 'another node' || nowMs() >= deadlineMs) return shared;
    await pause(lookMs * (0.5 + random()));
  }
}
