/** How long after Redis is back every node answers from its cache again, and what it answers is what was written last. */
import { setTimeout as delay } from 'node:timers/promises';
import { GraphqlClient } from '../../support/graphql-client.js';

/** Milliseconds after which nobody waits for it any more. */
const longestMs = 30_000;
const pauseMs = 50;
/** Looks of one node at one write: the first makes the answer, a later one finds it; hearing of the write may take one more. */
const mostLooks = 3;

interface Named {
  readonly product: { readonly name: string };
}

export interface RecoveryParts {
  /** Of the nodes; the first is written to. */
  readonly urls: readonly string[];
  /** That nobody else writes to. */
  readonly productId: string;
  readonly accessToken: string;
}

/** Askers bring nothing along that they have seen, so that only what a node knows by itself makes its answer current. */
export class Recovery {
  readonly #nodes: readonly GraphqlClient[];
  readonly #writer: GraphqlClient;

  constructor(private readonly parts: RecoveryParts) {
    this.#nodes = parts.urls.map((url) => new GraphqlClient(url));
    this.#writer = new GraphqlClient(parts.urls[0] ?? '', parts.accessToken);
  }

  /** Milliseconds from the call until all nodes are themselves again; infinite when they are not within half a minute. */
  async durationMs(): Promise<number> {
    const startedAtMs = performance.now();
    while (performance.now() - startedAtMs < longestMs) {
      const name = await this.#rename();
      const isBack = await Promise.all(this.#nodes.map((node) => this.#keeps(node, name)));
      if (isBack.every(Boolean)) return Math.round(performance.now() - startedAtMs);
      await delay(pauseMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  async #rename(): Promise<string> {
    const name = `Renamed ${performance.now()}`;
    const mutation =
      'mutation ($id: ID!, $name: String!) { updateProduct(input: { id: $id, name: $name }) { product { id } } }';
    await this.#writer.data(mutation, { id: this.parts.productId, name });
    return name;
  }

  async #keeps(node: GraphqlClient, name: string): Promise<boolean> {
    const query = 'query Name($id: ID!) { product(id: $id) { name } }';
    for (let look = 0; look < mostLooks; look += 1) {
      const { data, headers } = await node.ask<Named>(query, { id: this.parts.productId });
      const isHit = headers.get('cache-status')?.includes('; hit') === true;
      if (isHit && data?.product.name === name) return true;
    }
    return false;
  }
}
