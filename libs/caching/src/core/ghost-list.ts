/** Remembers which keys were evicted lately and how long ago, in flat memory: four bytes for the key, four for the time. */

/** Slots in which a fingerprint may stand; the one evicted longest ago makes way. */
const slotsPerBucket = 8;
const fewestSlots = 256;
/** Eight MiB of ghosts; a store of more entries than half of this has a shorter memory, not a larger one. */
const mostSlots = 2 ** 20;
const empty = 0;

/** FNV-1a with the last mixing steps of MurmurHash3, never zero. Two keys in 2^32 that share one only share a ghost. */
export function fingerprintOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash === empty ? 1 : hash;
}

export class GhostList {
  #fingerprints = new Int32Array(fewestSlots);
  /** The eviction's number, modulo 2^32; only differences are ever looked at. */
  #evictedAt = new Uint32Array(fewestSlots);
  #evictions = 0;

  get slotCount(): number {
    return this.#fingerprints.length;
  }

  add(fingerprint: number): void {
    this.#evictions = (this.#evictions + 1) >>> 0;
    this.#place(fingerprint, this.#evictions);
  }

  /** Forgets the key and returns how many keys were evicted since, or infinity for one that is not remembered. */
  take(fingerprint: number): number {
    const first = this.#bucketOf(fingerprint);
    for (let at = first; at < first + slotsPerBucket; at += 1) {
      if (this.#fingerprints[at] !== fingerprint) continue;
      this.#fingerprints[at] = empty;
      return this.#ageOf(at);
    }
    return Infinity;
  }

  /** Twice as many slots as ghosts, since some buckets fill before others. */
  makeRoomFor(ghostCount: number): void {
    if (ghostCount * 2 <= this.slotCount || this.slotCount >= mostSlots) return;
    const fingerprints = this.#fingerprints;
    const evictedAt = this.#evictedAt;
    const slotCount = Math.min(mostSlots, fingerprints.length * 2);
    this.#fingerprints = new Int32Array(slotCount);
    this.#evictedAt = new Uint32Array(slotCount);
    for (const [at, fingerprint] of fingerprints.entries())
      if (fingerprint !== empty) this.#place(fingerprint, evictedAt[at] ?? 0);
  }

  clear(): void {
    this.#fingerprints = new Int32Array(fewestSlots);
    this.#evictedAt = new Uint32Array(fewestSlots);
  }

  #place(fingerprint: number, evictedAt: number): void {
    const first = this.#bucketOf(fingerprint);
    let slot = first;
    let greatestAge = -1;
    for (let at = first; at < first + slotsPerBucket; at += 1) {
      const held = this.#fingerprints[at];
      if (held === empty || held === fingerprint) {
        slot = at;
        if (held === fingerprint) break;
        greatestAge = Infinity;
      } else if (this.#ageOf(at) > greatestAge) {
        slot = at;
        greatestAge = this.#ageOf(at);
      }
    }
    this.#fingerprints[slot] = fingerprint;
    this.#evictedAt[slot] = evictedAt;
  }

  #ageOf(slot: number): number {
    return (this.#evictions - (this.#evictedAt[slot] ?? 0)) >>> 0;
  }

  #bucketOf(fingerprint: number): number {
    return (fingerprint & (this.slotCount / slotsPerBucket - 1)) * slotsPerBucket;
  }
}
