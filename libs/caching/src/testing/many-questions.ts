/** One node that is asked questions nobody has asked before, as by somebody who makes them up. */
import { MemoryInvalidationLog } from '../adapters/memory-invalidation-log.js';
import { AnswerCache } from '../core/answer-cache.js';
import { Answering } from '../core/answering.js';
import { ByteBudgetStore } from '../core/byte-budget-store.js';
import type { CachedAnswer } from '../core/cached-answer.js';
import { Fence } from '../core/fence.js';
import type { ScopeLevel } from '../core/scope.js';
import { noSharedStore } from '../core/shared-store.js';

const nowMs = () => 1_000_000;
const described = { operation: 'q', aging: [{ kind: 'fixed', ttlMs: 60_000 }], kind: 'value' } as const;
const levels: readonly ScopeLevel[] = ['public', 'role', 'user', 'unshared'];

export class ManyQuestions {
  readonly fence = new Fence();
  readonly memory: ByteBudgetStore<CachedAnswer>;
  readonly #log = new MemoryInvalidationLog();
  readonly #answering: Answering;
  #asked = 0;

  constructor(memoryBytes: number) {
    const { fence } = this;
    this.memory = new ByteBudgetStore<CachedAnswer>({
      budgetBytes: memoryBytes,
      onRemoved: (_key, answer) => fence.release(answer.cells),
    });
    const cache = new AnswerCache({ fence, memory: this.memory, shared: noSharedStore, nowMs });
    this.#answering = new Answering({
      fence,
      log: this.#log,
      cache,
      nowMs,
      pause: () => Promise.resolve(),
      random: () => 0.5,
    });
  }

  async start(): Promise<void> {
    await this.#log.start(this.fence);
  }

  /** Every twentieth looks at the table in a way of its own, every hundredth is given up or followed by a change. */
  async ask(count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      this.#asked += 1;
      await this.#askOne(this.#asked);
    }
  }

  async #askOne(number: number): Promise<void> {
    // From bytes, as requests make them, so that each is a string of its own.
    const id = Buffer.from(`POST */* ${number}`).toString('latin1');
    const scope = { role: 'customer', user: String(number % 1_000) };
    const consulted = await this.#answering.consult({ id, scope }, 0);
    if (consulted.kind !== 'make') throw new Error('A question that nobody has asked has an answer.');
    const { making } = consulted;
    const value = String(number);
    making.recorder.read([
      { table: 'rows', where: [{ column: 'id', values: [value] }], columns: ['id', 'name'] },
      {
        table: 'rows',
        where: [],
        columns: [number % 20 === 0 ? `made-up-${number}` : 'name'],
        residuals: [{ kind: 'null', column: `c${number}`, isNull: true }],
      },
    ]);
    making.recorder.dependOn([`tag ${value}`]);
    making.recorder.narrow(levels[number % levels.length] ?? 'public');
    if (number % 100 === 0) making.abandon();
    else making.complete({ ...described, body: Buffer.from(value), contentType: 'text/plain' });
    if (number % 100 !== 1) return;
    const change = { kind: 'insert', table: 'rows', after: { id: value } } as const;
    await this.#log.append({ changes: [change], tags: [`tag ${value}`] });
  }
}
