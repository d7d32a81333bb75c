/**
 * Keeps rows by their keys below loaders: many different questions share them, and a write ends the one row that it has
 * changed, or that has come to be.
 *
 * What lies ready is taken, what other nodes have is fetched in one round trip, and one statement loads the rest. No lease is
 * taken across nodes: a row that two nodes load at once is one more value in a statement that both would send anyway, while
 * a lease would have a whole batch wait for another node's.
 */
import { EntityLoader, type EntityKind, type EntityLoaderParts } from './entity-loader.js';

export class CachedEntities {
  readonly #names = new Set<string>();

  constructor(private readonly parts: EntityLoaderParts) {}

  /** To be called once for each kind, when the application starts: what a request holds must not get into `load`. */
  loader<T>(kind: EntityKind<T>): EntityLoader<T> {
    if (this.#names.has(kind.name))
      throw new TypeError(`There are two kinds of entities named ${kind.name}.`);
    this.#names.add(kind.name);
    return new EntityLoader(kind, this.parts);
  }
}
