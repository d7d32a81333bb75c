/** People who look at prices and a shopkeeper who changes them, over several nodes: notices failures and prices that are older than what the asker knew. */
import { OpenLoop } from './open-loop.js';

export interface PriceTrafficOptions {
  /** Of the nodes. */
  readonly urls: readonly string[];
  readonly productIds: readonly string[];
  /** Of somebody who may change prices. */
  readonly accessToken: string;
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface StalePrice {
  readonly id: string;
  readonly got: number;
  readonly known: number;
}

interface Answer {
  readonly data: Record<string, { price?: { amount: number } }>;
  readonly headers: Headers;
}

const seenHeader = 'x-swiftlet-seen';
const priceQuery = 'query Price($id: ID!) { product(id: $id) { id price { amount } } }';
const priceChange =
  'mutation ($id: ID!, $price: Int!) { updateProduct(input: { id: $id, price: $price }) { product { id } } }';
/** Above every price of the seed, so that prices only rise. */
const firstPrice = 10_000_000;

export class PriceTraffic {
  readonly stale: StalePrice[] = [];
  readonly #known = new Map<string, number>();
  readonly reads: OpenLoop;
  readonly writes: OpenLoop;
  #seen = 0;
  #price = firstPrice;
  /** One after the other, so that the last is the highest. */
  #lastWrite: Promise<void> = Promise.resolve();
  /** By the cache's own account. */
  hits = 0;

  constructor(private readonly options: PriceTrafficOptions) {
    this.reads = new OpenLoop(options.readsPerSecond, () => this.#read());
    this.writes = new OpenLoop(options.writesPerSecond, () => this.#writeNext());
  }

  /** Everything that went wrong. */
  get failures(): readonly unknown[] {
    return [...this.reads.failures, ...this.writes.failures];
  }

  async stop(): Promise<void> {
    await Promise.all([this.reads.stop(), this.writes.stop()]);
  }

  async #read(): Promise<void> {
    const id = this.#pick(this.options.productIds);
    const known = this.#known.get(id) ?? 0;
    const { data, headers } = await this.#post({ query: priceQuery, variables: { id } });
    const got = data['product']?.price?.amount ?? 0;
    if (got < known) this.stale.push({ id, got, known });
    if (headers.get('cache-status')?.includes('; hit') === true) this.hits += 1;
  }

  #writeNext(): Promise<void> {
    const write = this.#lastWrite.then(() => this.#write());
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  async #write(): Promise<void> {
    const id = this.#pick(this.options.productIds);
    this.#price += 1;
    const price = this.#price;
    const { headers } = await this.#post(
      { query: priceChange, variables: { id, price } },
      { authorization: `Bearer ${this.options.accessToken}` },
    );
    this.#known.set(id, price);
    this.#seen = Math.max(this.#seen, Number(headers.get(seenHeader) ?? 0));
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.options.random() * from.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from.');
    return picked;
  }

  async #post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.#pick(this.options.urls)}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#seen > 0 && { [seenHeader]: String(this.#seen) }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
    const { data, errors } = (await response.json()) as { data?: Answer['data']; errors?: unknown };
    if (response.status !== 200 || errors !== undefined || data === undefined)
      throw new Error(`${response.status}: ${JSON.stringify(errors)}`);
    return { data, headers: response.headers };
  }
}
