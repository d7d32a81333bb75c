/** Questions that nobody has asked before, at a fixed rate: each costs its SQL whether the cache is there or not, so that like can be compared with like. */
import { OpenLoop } from '../../support/open-loop.js';

const query =
  'query Fresh($minPrice: Int!) { products(first: 5, filter: { minPrice: $minPrice }) { nodes { id name price { amount } } } }';

export class FreshQuestions {
  readonly loop: OpenLoop;
  #asked = 0;

  /** @param urls of the nodes, which take turns. */
  constructor(
    private readonly urls: readonly string[],
    questionsPerSecond: number,
  ) {
    this.loop = new OpenLoop(questionsPerSecond, () => this.#ask());
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    const response = await fetch(`${this.urls[this.#asked % this.urls.length] ?? ''}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { minPrice: this.#asked } }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (response.status !== 200 || errors !== undefined)
      throw new Error(`${response.status}: ${JSON.stringify(errors)}`);
  }
}
