/** The port to the store that all nodes share. It may be away: then it finds nothing and keeps nothing, and says so quickly. */

/** Leave to make an answer while others wait. It ends by itself soon after its holder has stopped renewing it. */
export interface Lease {
  /** Equal questions whose leases have different names are made side by side. */
  readonly name: string;
  readonly holder: string;
}

export interface Wanted {
  /** Any of them will do, the first that has anything. */
  readonly keys: readonly string[];
  /** Of the lease that is taken if nothing is there. */
  readonly leaseName: string;
  /** What was found under a key and is of no use; only something else is found there. */
  readonly useless?: ReadonlyMap<string, Buffer>;
}

export type SharedFind =
  | { readonly kind: 'found'; readonly key: string; readonly bytes: Buffer }
  /** Who is to make what was not found. Others wait for the holder as long as the lease lasts; without a store nobody does. */
  | { readonly kind: 'ours'; readonly lease: Lease }
  | { readonly kind: 'another node' }
  | { readonly kind: 'nobody' };

/** What lies, or is to lie, under one key of one question. */
export interface SharedPlace {
  readonly question: string;
  readonly key: string;
}

export interface SharedItem extends SharedPlace {
  readonly bytes: Buffer;
  readonly ttlMs: number;
}

/** `question` keeps the keys of one question on one server of a cluster. */
export interface SharedStore {
  /** One round trip, in which what is not there is claimed. */
  find(question: string, wanted: Wanted): Promise<SharedFind>;
  /** What lies under the key, without a claim to what does not. */
  read(question: string, key: string): Promise<Buffer | undefined>;
  /** Ends the lease along with it, if there is one and it is still ours. */
  put(question: string, key: string, bytes: Buffer, ttlMs: number, lease: Lease | undefined): Promise<void>;
  /** What lies in each place, in the time of one round trip. */
  readMany(places: readonly SharedPlace[]): Promise<readonly (Buffer | undefined)[]>;
  /** Without leases. */
  putMany(items: readonly SharedItem[]): Promise<void>;
  /** The answer is still being made. */
  renew(question: string, lease: Lease): Promise<void>;
  /** The leaseholder gives up: somebody else may make it. */
  release(question: string, lease: Lease): Promise<void>;
}

/** Milliseconds from one renewal to the next: a few may come late before the lease ends. */
export const leaseRenewalMs = 500;
/** Milliseconds that a node which dies with a lease holds up the others. */
export const leaseMs = 2_000;

/** A store for a process that is the only node. */
export const noSharedStore: SharedStore = {
  find: () => Promise.resolve({ kind: 'nobody' }),
  read: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
  readMany: (places) => Promise.resolve(places.map(() => undefined)),
  putMany: () => Promise.resolve(),
  renew: () => Promise.resolve(),
  release: () => Promise.resolve(),
};
