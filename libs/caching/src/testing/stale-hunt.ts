/** Hunts for answers that are older than a write which the asker knew of, over several nodes that are troubled meanwhile. */

/** Of each row that an answer shows, how often it had been written. */
export type Versions = Readonly<Record<string, number>>;

export interface HuntedQuestion {
  readonly name: string;
  readonly rows: readonly string[];
}

/** One node of a cache, whichever it is. */
export interface HuntedNode {
  /** @param load reads the database; its outcome may be kept. @param seen what the asker has been told by writers. */
  read(question: HuntedQuestion, seen: number, load: () => Promise<Versions>): Promise<Versions>;
  /** The rows have been written and committed; resolves with what a client may be told. */
  invalidate(rows: readonly string[]): Promise<number>;
  stop(): Promise<void>;
}

export interface HuntOptions {
  readonly operations: number;
  /** Operations under way at a time. */
  readonly clients: number;
  readonly rows: number;
  /** Share of operations that write. */
  readonly writeShare: number;
  readonly nodes: number;
  readonly startNode: (index: number) => Promise<HuntedNode>;
  /** Each is done now and then, one after the other, between pauses; so are restarts, if there are any troubles. */
  readonly troubles: readonly (() => Promise<void>)[];
  readonly troublePauseMs: number;
  /** Milliseconds after the last trouble and the last write, after which every node must have come to know everything. */
  readonly settleMs: number;
  readonly isOverAtFirstStale?: boolean;
  /** 0 to 1. */
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export interface StaleAnswer {
  readonly question: string;
  readonly row: string;
  readonly got: number;
  readonly known: number;
}

export interface HuntResult {
  readonly reads: number;
  readonly writes: number;
  /** Reads that were answered without a look into the database by the asker. */
  readonly hits: number;
  /** Reads and writes that ended in an error; what a failed write has done nobody is told of. */
  readonly failed: number;
  readonly troubles: number;
  readonly restarts: number;
  /** Older than what the asker had been told of before it asked: there must be none. */
  readonly stale: readonly StaleAnswer[];
  /** Older than what the same asker had been shown before, by a write that nobody had been told of yet. */
  readonly regressions: number;
  /** Old after everything had been quiet for long. */
  readonly leftStale: readonly StaleAnswer[];
}

/** What one client has been told and shown: of each row the version, and the token that came with the latest of all. */
class Knowledge {
  readonly #told = new Map<string, number>();
  readonly #shown = new Map<string, number>();
  seen = 0;

  learn(versions: Versions, token: number): void {
    raise(this.#told, versions);
    this.seen = Math.max(this.seen, token);
  }

  look(versions: Versions): void {
    raise(this.#shown, versions);
  }

  /** As of now, whatever is learnt later. */
  of(rows: readonly string[]): readonly Known[] {
    return rows.map((row) => ({ row, told: this.#told.get(row) ?? 0, shown: this.#shown.get(row) ?? 0 }));
  }
}

interface Known {
  readonly row: string;
  readonly told: number;
  readonly shown: number;
}

function raise(known: Map<string, number>, versions: Versions): void {
  for (const [row, version] of Object.entries(versions)) {
    known.set(row, Math.max(version, known.get(row) ?? 0));
  }
}

/** What a resolver throws now and then. */
class QueryFailed extends Error {}

export class StaleHunt {
  readonly #database = new Map<string, number>();
  readonly #questions: readonly HuntedQuestion[];
  readonly #nodes: HuntedNode[] = [];
  readonly #counts = {
    reads: 0,
    writes: 0,
    hits: 0,
    failed: 0,
    troubles: 0,
    restarts: 0,
    regressions: 0,
  };
  readonly #stale: StaleAnswer[] = [];
  #left: number;

  constructor(private readonly options: HuntOptions) {
    this.#left = options.operations;
    this.#questions = questionsOver(options.rows);
  }

  async run(): Promise<HuntResult> {
    const { nodes, clients, startNode, troubles } = this.options;
    for (let index = 0; index < nodes; index += 1) this.#nodes.push(await startNode(index));
    const knowledge = Array.from({ length: clients }, () => new Knowledge());
    const trouble = troubles.length === 0 ? undefined : this.#trouble();
    await Promise.all(knowledge.map((own) => this.#act(own, knowledge)));
    await trouble;
    const leftStale = this.#isOver() ? [] : await this.#lookEverywhere();
    await Promise.all(this.#nodes.map((node) => node.stop()));
    return { ...this.#counts, stale: this.#stale, leftStale };
  }

  #isOver(): boolean {
    return this.options.isOverAtFirstStale === true && this.#stale.length > 0;
  }

  async #act(own: Knowledge, others: readonly Knowledge[]): Promise<void> {
    const { random, writeShare } = this.options;
    while (this.#left > 0 && !this.#isOver()) {
      this.#left -= 1;
      const question = this.#question();
      if (random() >= writeShare) {
        await this.#read(this.#node(), question, own);
        continue;
      }
      const node = this.#node();
      await this.#write(node, question, own, others);
      // Who has just written looks at once, at the node that knows already or at one that does not.
      if (random() < 0.5) await this.#read(random() < 0.5 ? node : this.#node(), question, own);
    }
  }

  /** Squared, so that some are asked for often and others hardly ever. */
  #question(): HuntedQuestion {
    const { random } = this.options;
    return pick(this.#questions, random() ** 2);
  }

  #node(): HuntedNode {
    return pick(this.#nodes, this.options.random());
  }

  async #read(node: HuntedNode, question: HuntedQuestion, own: Knowledge): Promise<void> {
    const known = own.of(question.rows);
    let isLoaded = false;
    const load = () => {
      isLoaded = true;
      return this.#load(question);
    };
    const versions = await node.read(question, own.seen, load).catch(() => undefined);
    if (versions === undefined) {
      this.#counts.failed += 1;
      return;
    }
    this.#counts.reads += 1;
    if (!isLoaded) this.#counts.hits += 1;
    this.#stale.push(...olderThan(question, versions, known));
    if (known.some(({ row, told, shown }) => told < shown && (versions[row] ?? 0) < shown)) {
      this.#counts.regressions += 1;
    }
    own.look(versions);
  }

  /** What a query does: it sees its rows at some moments, one after the other, and its answer is ready at a later one. */
  async #load({ rows }: HuntedQuestion): Promise<Versions> {
    const { random, pause } = this.options;
    const versions: Record<string, number> = {};
    for (const row of rows) {
      if (random() < 0.5) await pause(random() * 3);
      versions[row] = this.#database.get(row) ?? 0;
    }
    if (random() < 0.5) await pause(random() * (random() < 0.05 ? 60 : 5));
    if (random() < 0.01) throw new QueryFailed();
    return versions;
  }

  async #write(
    node: HuntedNode,
    { rows }: HuntedQuestion,
    own: Knowledge,
    others: readonly Knowledge[],
  ): Promise<void> {
    const { random, pause } = this.options;
    const written = rows.filter((_, at) => at === 0 || random() < 0.3);
    const versions = Object.fromEntries(written.map((row) => [row, (this.#database.get(row) ?? 0) + 1]));
    for (const [row, version] of Object.entries(versions)) this.#database.set(row, version);
    // Committed, and nobody has been told yet.
    if (random() < 0.5) await pause(random() * 5);
    const token = await node.invalidate(written).catch(() => undefined);
    if (token === undefined) {
      this.#counts.failed += 1;
      return;
    }
    this.#counts.writes += 1;
    own.learn(versions, token);
    // People talk: what one has done the next one hears of, with the token that makes it visible.
    pick(others, random()).learn(versions, token);
  }

  async #trouble(): Promise<void> {
    const { troubles, troublePauseMs, pause, random, startNode } = this.options;
    while (this.#left > 0 && !this.#isOver()) {
      await pause(troublePauseMs);
      const trouble = troubles[Math.floor(random() * (troubles.length + 1))];
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

  /** Every question on every node: a record that was lost stays lost, whoever may have known of it. */
  async #lookEverywhere(): Promise<StaleAnswer[]> {
    await this.options.pause(this.options.settleMs);
    const found: StaleAnswer[] = [];
    for (const node of this.#nodes) {
      for (const question of this.#questions) {
        const truth = question.rows.map((row) => ({ row, told: this.#database.get(row) ?? 0 }));
        const load = async () => Object.fromEntries(truth.map(({ row, told }) => [row, told]));
        const versions = await node.read(question, 0, load).catch(() => undefined);
        if (versions !== undefined) found.push(...olderThan(question, versions, truth));
      }
    }
    return found;
  }
}

/** One question for each row, and lists that share rows with one another: four in ten ask for several rows. */
function questionsOver(rows: number): HuntedQuestion[] {
  const nameOf = (row: number) => `k${row % rows}`;
  return Array.from({ length: rows }, (_, at) => {
    const others = at % 5 < 3 ? [] : [nameOf(at * 7 + 3), nameOf(at * 13 + 5), nameOf(at + 1)];
    return { name: `q${at}`, rows: [...new Set([nameOf(at), ...others])] };
  });
}

function olderThan(
  { name }: HuntedQuestion,
  versions: Versions,
  known: readonly Pick<Known, 'row' | 'told'>[],
): StaleAnswer[] {
  return known.flatMap(({ row, told }) => {
    const got = versions[row] ?? 0;
    return got < told ? [{ question: name, row, got, known: told }] : [];
  });
}

function pick<T>(list: readonly T[], share: number): T {
  const picked = list[Math.floor(share * list.length)];
  if (picked === undefined) throw new Error('There is nothing to pick from.');
  return picked;
}
