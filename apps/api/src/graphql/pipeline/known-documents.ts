/** Apollo's document store, which finds a document by its text as well: what is in here has been parsed and validated. */
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';

type DocumentStore = NonNullable<ApolloServerOptions<BaseContext>['documentStore']>;

export interface KnownDocument {
  readonly source: string;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly queryHash: string;
  readonly document: DocumentNode;
}

/**
 * Characters of all texts together. Syntax trees take some thirty times the room of their texts: about as much as
 * Apollo's own store allows.
 */
const mostCharacters = 1_000_000;

export class KnownDocuments implements DocumentStore {
  /** What was asked for last comes last. */
  readonly #byKey = new Map<string, KnownDocument>();
  readonly #keys = new Map<string, string>();
  #characters = 0;

  /** The document of that very text. */
  recall(source: string): KnownDocument | undefined {
    const key = this.#keys.get(source);
    return key === undefined ? undefined : this.#use(key);
  }

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.#use(key)?.document;
  }

  /** @param key ends with the hash of the text, behind a prefix that names the schema. */
  async set(key: string, document: DocumentNode): Promise<void> {
    const source = document.loc?.source.body;
    if (source === undefined) return;
    this.#drop(key);
    this.#byKey.set(key, { source, queryHash: key.slice(key.lastIndexOf(':') + 1), document });
    this.#keys.set(source, key);
    this.#characters += source.length;
    for (const eldest of this.#byKey.keys()) {
      if (this.#characters <= mostCharacters) return;
      this.#drop(eldest);
    }
  }

  async delete(key: string): Promise<boolean> {
    return this.#drop(key);
  }

  #use(key: string): KnownDocument | undefined {
    const known = this.#byKey.get(key);
    if (known === undefined) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, known);
    return known;
  }

  #drop(key: string): boolean {
    const known = this.#byKey.get(key);
    if (known === undefined) return false;
    this.#characters -= known.source.length;
    this.#keys.delete(known.source);
    return this.#byKey.delete(key);
  }
}
