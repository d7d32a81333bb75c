import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MemoryInvalidationLog } from '../adapters/memory-invalidation-log.js';
import { questionCalled } from '../testing/answers.js';
import { AnswerCache, type Question } from './answer-cache.js';
import { AnswerRefresher } from './answer-refresher.js';
import { Answering, type Consulted, type Making } from './answering.js';
import { ByteBudgetStore } from './byte-budget-store.js';
import type { CachedAnswer } from './cached-answer.js';
import { Fence } from './fence.js';
import type { AnswerKind } from './freshness.js';
import { noSharedStore } from './shared-store.js';
import type { TtlStrategy } from './ttl-strategy.js';

const fixed = { kind: 'fixed', ttlMs: 1_000 } as const;
const graceful = { ...fixed, staleWhileRevalidateMs: 500, staleIfErrorMs: 5_000 } as const;
/** As the HTTP server would have it after `hot` was asked for. */
const hot = questionCalled('hot');
const question: Question = { id: 'POST  hot', scope: { role: 'anonymous' } };

/** One node that makes its answers anew by asking itself; the test says what comes of it. */
class Node {
  nowMs = 1_000_000;
  aging: readonly TtlStrategy[] = [graceful];
  kind: AnswerKind = 'value';
  random = 0.5;
  isBusy = false;
  /** As many refreshes are under way as there may be. */
  isCrowded = false;
  makingTakesMs = 0;
  made = 0;
  /** What becomes of a refresh: it works, by default. */
  onRefresh: () => Promise<'works' | 'fails'> = () => Promise.resolve('works');
  readonly refreshes: string[] = [];
  readonly #fence = new Fence();
  readonly #log = new MemoryInvalidationLog();
  readonly #cache: AnswerCache;
  readonly #refresher: AnswerRefresher;
  readonly #answering: Answering;
  /** Ends the waiting for a refresh. */
  losePatience: () => void = () => undefined;

  constructor() {
    const memory = new ByteBudgetStore<CachedAnswer>({
      budgetBytes: 1_000_000,
      onRemoved: (_key, { cells }) => this.#fence.release(cells),
    });
    const nowMs = (): number => this.nowMs;
    const random = (): number => this.random;
    this.#cache = new AnswerCache({ fence: this.#fence, memory, shared: noSharedStore, nowMs });
    this.#answering = new Answering({
      fence: this.#fence,
      log: this.#log,
      cache: this.#cache,
      nowMs,
      pause: () => new Promise((resolve) => (this.losePatience = resolve)),
      random,
    });
    this.#refresher = new AnswerRefresher({
      askAgain: async (_question, how) => {
        this.refreshes.push(how);
        const outcome = await this.onRefresh();
        if (outcome === 'works') this.#complete(await this.#answering.renew(question));
        return { status: 200, body: Buffer.from(outcome === 'works' ? '{"data":{}}' : '{"errors":[{}]}') };
      },
      isBusy: () => this.isBusy,
      nowMs,
      random,
    });
    this.#answering.refresher = this.#refresher;
    const refresh = this.#refresher.refresh.bind(this.#refresher);
    this.#refresher.refresh = (answer) => (this.isCrowded ? undefined : refresh(answer));
  }

  async start(): Promise<this> {
    await this.#log.start(this.#fence);
    return this;
  }

  write(): Promise<unknown> {
    return this.#log.append({ changes: [], tags: ['row'] });
  }

  /** What a client gets, and whether it had to be made for it. */
  async ask(): Promise<string> {
    const now = this.#answering.findNow(question, 0);
    if (now !== undefined) return this.#hit(now);
    const consulted = await this.#answering.consult(question, 0);
    if (consulted.kind === 'answer') return this.#hit(consulted.answer);
    return `made ${this.#complete(consulted)}`;
  }

  /** Lets what goes on behind readers' backs come to an end. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 5; turns += 1) await turn();
  }

  #hit(answer: CachedAnswer): string {
    this.#refresher.hit(answer);
    return answer.body.toString();
  }

  #complete(consulted: Consulted): string {
    if (consulted.kind === 'answer') return consulted.answer.body.toString();
    const { making }: { making: Making } = consulted;
    this.made += 1;
    this.nowMs += this.makingTakesMs;
    making.recorder.dependOn(['row']);
    const { aging, kind } = this;
    const body = Buffer.from(String(this.made));
    const kept = making.complete({ operation: 'hot', body, contentType: 'text/plain', aging, kind });
    if (kept !== undefined) kept.question = hot;
    return body.toString();
  }
}

describe('an answer that may be given while it is made anew', () => {
  it('is given at once, and its successor to the next', async () => {
    const node = await new Node().start();
    expect(await node.ask()).toBe('made 1');
    node.nowMs += 1_200;
    expect(await node.ask()).toBe('1');
    await node.settle();
    expect([await node.ask(), node.made]).toEqual(['2', 2]);
  });

  it('is made anew once, however many read it meanwhile', async () => {
    const node = await new Node().start();
    await node.ask();
    node.nowMs += 1_200;
    expect([await node.ask(), await node.ask(), await node.ask()]).toEqual(['1', '1', '1']);
    await node.settle();
    expect(node.refreshes).toEqual(['anew']);
  });

  it('is not made anew while live traffic needs the process, and is made by its reader in the end', async () => {
    const node = await new Node().start();
    node.aging = [{ ...fixed, staleWhileRevalidateMs: 500 }];
    await node.ask();
    node.isBusy = true;
    node.nowMs += 1_200;
    expect([await node.ask(), node.refreshes]).toEqual(['1', []]);
    node.nowMs += 400;
    expect(await node.ask()).toBe('made 2');
  });

  it('is not given after a write has ended it', async () => {
    const node = await new Node().start();
    await node.ask();
    node.nowMs += 1_200;
    await node.write();
    expect(await node.ask()).toBe('made 2');
  });
});

describe('an answer whose successor cannot be made', () => {
  it('is given as long as it may be', async () => {
    const node = await new Node().start();
    node.onRefresh = () => Promise.resolve('fails');
    await node.ask();
    node.nowMs += 2_000;
    expect(await node.ask()).toBe('1');
    node.nowMs += 4_000;
    expect(await node.ask()).toBe('made 2');
  });

  it('is not given when a write has ended it meanwhile', async () => {
    const node = await new Node().start();
    node.onRefresh = async () => {
      await node.write();
      return 'fails';
    };
    await node.ask();
    node.nowMs += 2_000;
    expect(await node.ask()).toBe('made 2');
  });

  it('is given to who has waited long enough, and the successor to the next', async () => {
    const node = await new Node().start();
    const { promise, resolve } = Promise.withResolvers<'works'>();
    node.onRefresh = () => promise;
    await node.ask();
    node.nowMs += 2_000;
    const asked = node.ask();
    await node.settle();
    node.losePatience();
    expect(await asked).toBe('1');
    resolve('works');
    await node.settle();
    expect(await node.ask()).toBe('2');
  });

  it('is given although so many others are being made anew that it is not even tried', async () => {
    const node = await new Node().start();
    await node.ask();
    node.nowMs += 2_000;
    node.isCrowded = true;
    expect([await node.ask(), node.made]).toEqual(['1', 1]);
  });

  it('gives way to the successor that comes in time', async () => {
    const node = await new Node().start();
    await node.ask();
    node.nowMs += 2_000;
    expect([await node.ask(), node.made]).toEqual(['2', 2]);
  });
});

describe('an answer that is about to age', () => {
  it('is made anew before, by the reader who draws the chance', async () => {
    const node = await new Node().start();
    node.makingTakesMs = 100;
    await node.ask();
    node.nowMs += 900;
    node.random = 0.99;
    expect([await node.ask(), node.refreshes]).toEqual(['1', []]);
    node.random = 0.01;
    expect([await node.ask(), node.refreshes]).toEqual(['1', ['anew']]);
    await node.settle();
    expect(await node.ask()).toBe('2');
  });

  it('is left alone where its making costs nothing', async () => {
    const node = await new Node().start();
    await node.ask();
    node.nowMs += 900;
    node.random = 1e-12;
    expect([await node.ask(), node.refreshes]).toEqual(['1', []]);
  });
});

describe('how an answer ages', () => {
  it('is prolonged by each use where it slides, up to a bound', async () => {
    const node = await new Node().start();
    node.aging = [{ kind: 'sliding', ttlMs: 1_000, maxAgeMs: 2_500 }];
    await node.ask();
    for (const expected of ['1', '1', 'made 2']) {
      node.nowMs += 900;
      expect(await node.ask()).toBe(expected);
    }
    node.nowMs += 1_001;
    expect(await node.ask()).toBe('made 3');
  });

  it('is not prolonged by a use in its grace, and then made anew where it slides', async () => {
    const node = await new Node().start();
    node.aging = [{ kind: 'sliding', ttlMs: 1_000, maxAgeMs: 100_000, staleWhileRevalidateMs: 500 }];
    await node.ask();
    node.nowMs += 1_200;
    expect(await node.ask()).toBe('1');
    await node.settle();
    expect([await node.ask(), node.refreshes]).toEqual(['2', ['anew']]);
  });

  it('is learned from the writes that have ended its predecessors, where it adapts', async () => {
    const node = await new Node().start();
    node.aging = [{ kind: 'adaptive', minMs: 1_000, maxMs: 100_000, changeRisk: 0.5 }];
    for (let changes = 0; changes < 3; changes += 1) {
      await node.ask();
      node.nowMs += 10_000;
      await node.write();
    }
    await node.ask();
    node.nowMs += 6_000; // half a chance of a change comes after 6.9 s
    expect(await node.ask()).toBe('4');
    node.nowMs += 1_000;
    expect(await node.ask()).toBe('made 5');
  });

  it('is shorter where nothing was found', async () => {
    const node = await new Node().start();
    node.aging = [{ ...fixed, negativeTtlMs: 100 }];
    node.kind = 'empty';
    await node.ask();
    node.nowMs += 200;
    expect(await node.ask()).toBe('made 2');
  });

  it('is the strictest of all that was said of it', async () => {
    const node = await new Node().start();
    node.aging = [graceful, { kind: 'event-driven', maxAgeMs: 300 }];
    await node.ask();
    node.nowMs += 400;
    expect(await node.ask()).toBe('made 2');
  });
});
