/** The port to the store that all nodes share. It may be away: then it finds nothing and keeps nothing, and says so quickly. */
export interface SharedFind {
  /** What lies under the first of the keys that has anything. */
  readonly found?: { readonly key: string; readonly bytes: Buffer };
  readonly claim?: Claim;
}

/** Who is to make what was not found. Others wait for the holder as long as the lease lasts; without a store nobody does. */
export type Claim =
  | { readonly holder: 'us'; readonly lease: string }
  | { readonly holder: 'another node' }
  | { readonly holder: 'nobody' };

export interface SharedStore {
  /** One round trip, in which what is not there is claimed. `question` keeps the keys of one question on one server of a cluster. */
  find(question: string, keys: readonly string[]): Promise<SharedFind>;
  /** For what was there and of no use. */
  claim(question: string): Promise<Claim>;
  put(question: string, key: string, bytes: Buffer, ttlMs: number, lease: string | undefined): Promise<void>;
  /** The leaseholder gives up: somebody else may make it. */
  release(question: string, lease: string): Promise<void>;
}

/** A store for a process that is the only node. */
export const noSharedStore: SharedStore = {
  find: () => Promise.resolve({ claim: { holder: 'nobody' } }),
  claim: () => Promise.resolve({ holder: 'nobody' }),
  put: () => Promise.resolve(),
  release: () => Promise.resolve(),
};
