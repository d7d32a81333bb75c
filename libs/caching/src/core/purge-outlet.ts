/** Where an invalidation leaves for the CDNs. */

export interface PurgeOutlet {
  /**
   * Resolves when the purges happen for certain, whatever becomes of this process.
   * @param names without those that cover them.
   * @throws PurgeNotQueued
   */
  purge(names: ReadonlySet<string>): Promise<void>;
}

export const noCdn: PurgeOutlet = { purge: () => Promise.resolve() };
