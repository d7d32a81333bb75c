/** Hunts for answers that are older than a write which the asker knew of, over several nodes that are troubled meanwhile. */

/** One node of a cache, whichever it is. */
export interface HuntedNode {
  /** @param load reads the database; its outcome may be kept. @param seen what the asker has been told by `write`. */
  read(key: string, seen: number, load: () => Promise<number>): Promise<number>;
  /** The row has been written and committed; resolves with what a client may be told. */
  invalidate(key: string): Promise<number>;
  stop(): Promise<void>;
}

export interface HuntOptions {
  readonly operations: number;
  /** Operations under way at a time. */
  readonly clients: number;
  readonly keys: number;
  /** Share of operations that write. */
  readonly writeShare: number;
  readonly nodes: number;
  readonly startNode: (index: number) => Promise<HuntedNode>;
  /** Each is done now and then, one after the other, between pauses. */
  readonly troubles: readonly (() => Promise<void>)[];
  readonly troublePauseMs: number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export interface HuntResult {
  readonly reads: number;
  readonly writes: number;
  /** Reads that were answered without a look into the database. */
  readonly hits: number;
  readonly troubles: number;
  readonly restarts: number;
  readonly stale: readonly { readonly key: string; readonly got: number; readonly known: number }[];
}

/** What one client has been told: of each key the version, and the token that came with the latest of all. */
class Knowledge {
  readonly #versions = new Map<string, number>();
  seen = 0;

  learn(key: string, version: number, token: number): void {
    this.#versions.set(key, Math.max(version, this.versionOf(key)));
    this.seen = Math.max(this.seen, token);
  }

  versionOf(key: string): number {
    return this.#versions.get(key) ?? 0;
  }
}

export class StaleHunt {
  readonly #database = new Map<string, number>();
  readonly #nodes: HuntedNode[] = [];
  readonly #counts = { reads: 0, writes: 0, hits: 0, troubles: 0, restarts: 0 };
  readonly #stale: { key: string; got: number; known: number }[] = [];
  #left: number;

  constructor(private readonly options: HuntOptions) {
    this.#left = options.operations;
  }

  async run(): Promise<HuntResult> {
    const { nodes, clients, startNode } = this.options;
    for (let index = 0; index < nodes; index += 1) this.#nodes.push(await startNode(index));
    const knowledge = Array.from({ length: clients }, () => new Knowledge());
    const trouble = this.#trouble();
    await Promise.all(knowledge.map((own) => this.#act(own, knowledge)));
    await trouble;
    await Promise.all(this.#nodes.map((node) => node.stop()));
    return { ...this.#counts, stale: this.#stale };
  }

  async #act(own: Knowledge, others: readonly Knowledge[]): Promise<void> {
    const { random, keys, writeShare } = this.options;
    while (this.#left > 0) {
      this.#left -= 1;
      // Squared, so that some keys are asked for often and others hardly ever.
      const key = `k${Math.floor(random() ** 2 * keys)}`;
      if (random() < writeShare) await this.#write(key, own, others);
      else await this.#read(key, own);
    }
  }

  #node(): HuntedNode {
    const node = this.#nodes[Math.floor(this.options.random() * this.#nodes.length)];
    if (node === undefined) throw new Error('No node has been started.');
    return node;
  }

  async #read(key: string, own: Knowledge): Promise<void> {
    const known = own.versionOf(key);
    let isLoaded = false;
    const got = await this.#node().read(key, own.seen, () => {
      isLoaded = true;
      return this.#load(key);
    });
    this.#counts.reads += 1;
    if (!isLoaded) this.#counts.hits += 1;
    if (got < known) this.#stale.push({ key, got, known });
  }

  /** What a query does: it sees the row at some moment, and its answer is ready at a later one. */
  async #load(key: string): Promise<number> {
    const { random, pause } = this.options;
    if (random() < 0.5) await pause(random() * 3);
    const version = this.#database.get(key) ?? 0;
    if (random() < 0.5) await pause(random() * (random() < 0.05 ? 60 : 5));
    return version;
  }

  async #write(key: string, own: Knowledge, others: readonly Knowledge[]): Promise<void> {
    const { random } = this.options;
    const version = (this.#database.get(key) ?? 0) + 1;
    this.#database.set(key, version);
    const token = await this.#node().invalidate(key);
    this.#counts.writes += 1;
    own.learn(key, version, token);
    // People talk: what one has done the next one hears of, with the token that makes it visible.
    others[Math.floor(random() * others.length)]?.learn(key, version, token);
  }

  async #trouble(): Promise<void> {
    const { troubles, troublePauseMs, pause, random, startNode } = this.options;
    while (this.#left > 0) {
      await pause(troublePauseMs);
      const choice = Math.floor(random() * (troubles.length + 1));
      const trouble = troubles[choice];
      if (trouble !== undefined) {
        await trouble();
        this.#counts.troubles += 1;
        continue;
      }
      const index = Math.floor(random() * this.#nodes.length);
      const stopped = this.#nodes[index];
      this.#nodes[index] = await startNode(index);
      await stopped?.stop();
      this.#counts.restarts += 1;
    }
  }
}
