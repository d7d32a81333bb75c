import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { MemoryInvalidationLog } from '../adapters/memory-invalidation-log.js';
import { AnswerCache } from './answer-cache.js';
import { Answering, type Consulted } from './answering.js';
import { ByteBudgetStore } from './byte-budget-store.js';
import type { CachedAnswer } from './cached-answer.js';
import { Fence } from './fence.js';
import type { InvalidationLog, LogFollower } from './invalidation-log.js';
import type { ScopeLevel, ScopeValues } from './scope.js';
import { noSharedStore } from './shared-store.js';

const guest: ScopeValues = { role: 'anonymous' };
const user = (name: string): ScopeValues => ({ role: 'customer', user: name });

const nowMs = () => 1_000_000;
const described = { operation: 'q', aging: [{ kind: 'fixed', ttlMs: 60_000 }], kind: 'value' } as const;

/** One node, whose log may be away. */
class Node {
  isSynced = true;
  readonly fence = new Fence();
  readonly #log = new MemoryInvalidationLog();
  readonly #answering: Answering;
  readonly #consulted: Consulted[] = [];

  constructor() {
    const { fence } = this;
    const isCurrent = () => this.isSynced;
    const memory = new ByteBudgetStore<CachedAnswer>({
      budgetBytes: 1_000_000,
      onRemoved: (_key, answer) => fence.release(answer.cells),
    });
    this.#answering = new Answering({
      fence,
      log: {
        append: (invalidation) => this.#log.append(invalidation),
        now: () => this.#log.now(),
        start: (follower) => this.#log.start(follower),
        close: () => this.#log.close(),
        isCurrent,
      },
      cache: new AnswerCache({ fence, memory, shared: noSharedStore, nowMs }),
      nowMs,
      pause: () => turn(),
      random: () => 0.5,
    });
  }

  static async start(): Promise<Node> {
    const node = new Node();
    await node.#log.start(node.fence);
    return node;
  }

  /** @returns what its client may be told. */
  async write(): Promise<number> {
    return this.#log.append({ changes: [], tags: ['row'] });
  }

  /** Asks, and goes as far as it goes without anybody's work. */
  async ask(scope = guest, seen = 0): Promise<void> {
    void this.#answering
      .consult({ id: 'q', scope }, seen)
      .then((consulted) => this.#consulted.push(consulted));
    await turn();
    await turn();
  }

  /** Those who have been told since the last look what to do. */
  told(): string[] {
    return this.#consulted.splice(0).map((consulted) => {
      if (consulted.kind === 'answer') return `gets ${consulted.answer.body.toString()}`;
      this.works.push(consulted.making);
      return 'works';
    });
  }

  readonly works: Extract<Consulted, { kind: 'make' }>['making'][] = [];

  async finish(text: string, level: ScopeLevel = 'public'): Promise<CachedAnswer | undefined> {
    const making = this.works.shift();
    making?.recorder.dependOn(['row']);
    making?.recorder.narrow(level);
    const body = Buffer.from(text);
    const kept = making?.complete({ ...described, body, contentType: 'text/plain' });
    await turn();
    await turn();
    return kept;
  }
}

describe('Answering', () => {
  it('lets one work, and gives its answer to all who wait and all who come', async () => {
    const node = await Node.start();
    for (let asked = 0; asked < 3; asked += 1) await node.ask();
    expect(node.told()).toEqual(['works']);
    await node.finish('1');
    await node.ask();
    expect(node.told()).toEqual(['gets 1', 'gets 1', 'gets 1']);
  });

  it('lets users wait for one another until it knows that the answer is theirs alone', async () => {
    const node = await Node.start();
    for (const name of ['a', 'b', 'b', 'c']) await node.ask(user(name));
    expect(node.told()).toEqual(['works']);
    await node.finish('of a', 'user');
    expect(node.told()).toEqual(['works', 'works']);
    await node.finish('of b', 'user');
    expect(node.told()).toEqual(['gets of b']);
    await node.finish('of c', 'user');
    await node.ask(user('d'));
    await node.ask(user('e'));
    expect(node.told()).toEqual(['works', 'works']);
  });

  it('lets all work at once on what cannot be shared', async () => {
    const node = await Node.start();
    for (let asked = 0; asked < 3; asked += 1) await node.ask();
    node.told();
    await node.finish('random', 'unshared');
    expect(node.told()).toEqual(['works', 'works']);
  });

  it('lets ever more of those who wait try what has failed, and one again when it has been made', async () => {
    const node = await Node.start();
    for (let asked = 0; asked < 40; asked += 1) await node.ask();
    expect(node.told()).toEqual(['works']);
    node.works.shift()?.fail();
    await turn();
    expect(node.told().length).toBeLessThanOrEqual(2);
    for (const work of node.works.splice(0)) work.fail();
    await turn();
    expect(node.told().length).toBeLessThanOrEqual(8);
    while (node.works.length > 0) await node.finish('made');
    node.told();
    await node.write();
    for (let asked = 0; asked < 10; asked += 1) await node.ask();
    expect(node.told()).toEqual(['works']);
  });

  it('gives an answer that a write has overtaken to those who asked before its making, and to nobody later', async () => {
    const node = await Node.start();
    await node.ask();
    expect(node.told()).toEqual(['works']);
    await node.ask(); // may have heard of a write that the work under way has not seen
    await node.write();
    await node.ask();
    expect(await node.finish('old')).toBeUndefined();
    expect(node.told()).toEqual(['works']);
    await node.write();
    await node.finish('made after all had asked');
    expect(node.told()).toEqual(['gets made after all had asked']);
    await node.ask();
    expect(node.told()).toEqual(['works']);
  });

  it('goes on with the next when the one who works has gone', async () => {
    const node = await Node.start();
    for (let asked = 0; asked < 3; asked += 1) await node.ask();
    node.told();
    node.works.shift()?.abandon();
    await node.ask();
    expect(node.told()).toEqual(['works']);
    await node.finish('1');
    expect(node.told()).toEqual(['gets 1', 'gets 1']);
  });

  it('gives nobody who has seen more what was begun before it had heard of that: parts of it may be older', async () => {
    const node = await Node.start();
    const seen = await node.write();
    await node.ask(guest, seen + 1);
    await node.ask();
    expect(node.told()).toEqual(['works']);
    await node.write();
    await turn();
    await node.finish('of what lay there');
    expect(node.told()).toEqual(['works']);
  });

  describe('without knowledge of writes', () => {
    it('joins no work of those who know of them: parts of it may come from a cache', async () => {
      const node = await Node.start();
      await node.ask();
      await node.ask();
      expect(node.told()).toEqual(['works']);
      node.isSynced = false;
      await node.ask();
      expect(node.told()).toEqual(['works']);
      node.isSynced = true;
      node.works.shift()?.abandon();
      await turn();
      expect(node.told()).toEqual(['works']);
    });

    it('joins only work that begins after the asking: one under way, one to come', async () => {
      const node = await Node.start();
      node.isSynced = false;
      for (let asked = 0; asked < 4; asked += 1) await node.ask();
      expect(node.told()).toEqual(['works']);
      await node.finish('1');
      expect(node.told()).toEqual(['works']);
      await node.finish('2');
      expect(node.told()).toEqual(['gets 2', 'gets 2']);
    });

    it('keeps nothing', async () => {
      const node = await Node.start();
      node.isSynced = false;
      await node.ask();
      node.told();
      expect(await node.finish('1')).toBeUndefined();
      node.isSynced = true;
      await node.ask();
      expect(node.told()).toEqual(['works']);
    });
  });
});

/** A log by a clock, as of several nodes: a record stands at the time of its being written. */
class ClockLog implements InvalidationLog {
  timeUs = 1_000_000_000;
  readonly append = vi.fn<InvalidationLog['append']>((invalidation) => {
    this.#follower?.apply(invalidation, this.timeUs);
    this.#follower?.reach(this.timeUs);
    return Promise.resolve(this.timeUs);
  });
  #follower: LogFollower | undefined;

  now(): number {
    return this.timeUs;
  }

  isCurrent(): boolean {
    return true;
  }

  start(follower: LogFollower): Promise<void> {
    this.#follower = follower;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a client whose write could not be told the log, and who was sent ahead of it', () => {
  const question = { id: 'q', scope: guest };

  async function nodeWithAnswer(): Promise<{ log: ClockLog; answering: Answering }> {
    const [fence, log] = [new Fence(), new ClockLog()];
    const memory = new ByteBudgetStore<CachedAnswer>({ budgetBytes: 1_000_000 });
    const cache = new AnswerCache({ fence, memory, shared: noSharedStore, nowMs });
    const answering = new Answering({ fence, log, cache, nowMs, pause: () => turn(), random: () => 0.5 });
    await log.start(fence);
    await log.append({ changes: [], tags: [] });
    const consulted = await answering.consult(question, 0);
    if (consulted.kind !== 'make') throw new Error('Nobody has asked before.');
    consulted.making.complete({ ...described, body: Buffer.from('kept'), contentType: 'text/plain' });
    log.append.mockClear();
    return { log, answering };
  }

  /** Undefined for an answer that lay ready. */
  async function whyMade(answering: Answering, seen: number): Promise<unknown> {
    const consulted = await answering.consult(question, seen);
    if (consulted.kind !== 'make') return undefined;
    consulted.making.abandon();
    return consulted.reason;
  }

  it('is answered from the cache again when the time has come, although nobody else writes', async () => {
    const { log, answering } = await nodeWithAnswer();
    const seen = log.timeUs + 5_000_000;
    expect(await whyMade(answering, seen)).toEqual({ kind: 'behind' });
    expect(log.append).not.toHaveBeenCalled();
    log.timeUs = seen + 1_000_000;
    expect(await whyMade(answering, seen)).toBeUndefined();
    expect(answering.findNow(question, seen)).toBeDefined();
  });

  it('costs the log a record a second at most', async () => {
    const { log, answering } = await nodeWithAnswer();
    for (let second = 1; second <= 5; second += 1) {
      const seen = log.timeUs + 1;
      log.timeUs += 1_000_000;
      await whyMade(answering, seen);
    }
    expect(log.append).toHaveBeenCalledTimes(1); // the clock of the node has not moved
  });
});
