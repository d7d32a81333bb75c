/**
 * One seeded sequence of questions and writes to one node of the shop, from an empty cache on; says what became of it.
 *
 * Writes go on beside the questions, one after the other. The questions that are compared with a fresh execution wait until
 * nothing else is under way, so that both must see the same rows; at the end every question of the sequence is compared.
 */
import { seededRandom } from '../../support/seeded-random.js';
import { OwnShop } from '../own-shop.js';
import { readBestCustomers, readCategories, readProducts, type Catalogue } from './catalogue.js';
import { emptyTally, Ledger, type Tally } from './ledger.js';
import { PageQuestions, type PageQuestion } from './questions.js';
import { ShopClient } from './shop-client.js';
import { StorefrontWrites } from './writes.js';

export interface StorefrontOptions {
  readonly requests: number;
  readonly seed: number;
  /**
   * Whether the node makes answers ahead of those who ask, as it does by default. Without it every figure is the cache's own,
   * and does not depend on how fast the sequence runs.
   */
  readonly isWarming: boolean;
}

export const writeShare = 0.02;
export const comparedShare = 0.03;
export const concurrency = 8;
export const customerCount = 150;
const staff = 'staff@example.com';
const password = 'correct horse battery';

export interface Stale {
  readonly question: PageQuestion;
  readonly served: string;
  readonly fresh: string;
}

export interface Outcome {
  readonly whole: Ledger;
  /** Of the second half of the sequence. */
  readonly latter: Tally;
  readonly stale: readonly Stale[];
  readonly comparedHits: number;
  readonly writes: ReadonlyMap<string, number>;
  readonly refused: number;
  readonly seconds: number;
}

export async function measureStorefront(options: StorefrontOptions): Promise<Outcome> {
  const shop = await OwnShop.open();
  try {
    const customers = await readBestCustomers(shop.databaseUrl, customerCount);
    await shop.addAccounts([
      ...customers.map((email) => ({ email, password, role: 'customer' as const })),
      { email: staff, password, role: 'staff' },
    ]);
    const node = await shop.startNode({ CACHE_WARM: String(options.isWarming) });
    try {
      const client = new ShopClient(node.url);
      const catalogue = {
        products: await readProducts(client),
        categories: await readCategories(client),
        customers,
      };
      return await runOver({ client, catalogue, databaseUrl: shop.databaseUrl }, options);
    } finally {
      await node.end('SIGTERM');
    }
  } finally {
    await shop.close();
  }
}

interface Stage {
  readonly client: ShopClient;
  readonly catalogue: Catalogue;
  readonly databaseUrl: string;
}

async function runOver(
  { client, catalogue, databaseUrl }: Stage,
  options: StorefrontOptions,
): Promise<Outcome> {
  const customers: string[] = [];
  for (const email of catalogue.customers) customers.push(await signIn(client, email));
  const writers = { client, customers, staff: await signIn(client, staff) };
  const random = seededRandom(options.seed + 1_000);
  const writes = await StorefrontWrites.open(databaseUrl, catalogue, writers, random);
  try {
    const questions = new PageQuestions(catalogue, seededRandom(options.seed));
    return await new StorefrontRun(client, customers, writes).over(questions, options);
  } finally {
    await writes.close();
  }
}

async function signIn(client: ShopClient, email: string): Promise<string> {
  const session = await client.mutate<{ accessToken: string }>('signIn', { email, password }, 'accessToken');
  if (session === undefined) throw new Error(`${email} cannot sign in.`);
  return session.accessToken;
}

class StorefrontRun {
  readonly #whole = new Ledger();
  readonly #latter = emptyTally();
  readonly #stale: Stale[] = [];
  readonly #asked = new Map<string, PageQuestion>();
  readonly #underWay = new Set<Promise<void>>();
  #lastWrite: Promise<void> = Promise.resolve();
  #comparedHits = 0;

  constructor(
    private readonly client: ShopClient,
    private readonly tokens: readonly string[],
    private readonly writes: StorefrontWrites,
  ) {}

  async over(questions: PageQuestions, { requests, seed }: StorefrontOptions): Promise<Outcome> {
    const random = seededRandom(seed + 2_000);
    const startedAtMs = performance.now();
    for (let at = 0; at < requests; at += 1) {
      const isLatter = at >= requests / 2;
      const draw = random();
      if (draw < writeShare) this.#startWrite();
      else if (draw < writeShare + comparedShare) await this.#compareAlone(questions.next(), isLatter);
      else await this.#startQuestion(questions.next(), isLatter);
    }
    await this.#settle();
    const seconds = (performance.now() - startedAtMs) / 1_000;
    for (const question of this.#asked.values()) await this.#compare(question, () => undefined);
    const { counts, refused } = this.writes;
    const [whole, latter, stale] = [this.#whole, this.#latter, this.#stale];
    return { whole, latter, stale, comparedHits: this.#comparedHits, writes: counts, refused, seconds };
  }

  #startWrite(): void {
    const write = this.#lastWrite.then(() => this.writes.write());
    this.#lastWrite = write;
    this.#track(write);
  }

  async #startQuestion(question: PageQuestion, isLatter: boolean): Promise<void> {
    while (this.#underWay.size >= concurrency) await Promise.race(this.#underWay);
    this.#track(
      this.#ask(question).then(({ body, cacheStatus }) => this.#note(question, body, cacheStatus, isLatter)),
    );
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    // Who waits for it hears of a failure.
    work.then(() => this.#underWay.delete(work)).catch(() => undefined);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #compareAlone(question: PageQuestion, isLatter: boolean): Promise<void> {
    await this.#settle();
    await this.#compare(question, (body, cacheStatus) => this.#note(question, body, cacheStatus, isLatter));
  }

  async #compare(question: PageQuestion, note: (body: string, cacheStatus: string) => void): Promise<void> {
    const { body, cacheStatus } = await this.#ask(question);
    note(body, cacheStatus);
    if (!cacheStatus.includes('; hit')) return;
    this.#comparedHits += 1;
    const fresh = await this.#ask(question, true);
    if (fresh.body !== body) this.#stale.push({ question, served: body, fresh: fresh.body });
  }

  #ask({ body, asker }: PageQuestion, isPastCaches = false) {
    return this.client.ask(body, asker === undefined ? undefined : this.tokens[asker], isPastCaches);
  }

  #note(question: PageQuestion, body: string, cacheStatus: string, isLatter: boolean): void {
    const { kind, asker, isPrivate } = question;
    const key = isPrivate ? `${asker} ${question.body}` : question.body;
    this.#asked.set(key, question);
    const answered = { kind, key, body, cacheStatus };
    this.#whole.note(answered, isLatter ? this.#latter : undefined);
  }
}
