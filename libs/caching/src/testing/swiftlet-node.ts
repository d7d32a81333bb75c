/** A node of our own cache for the hunt: everything but HTTP and SQL, with a clock that may be wrong. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Redis } from 'ioredis';
import { RedisInvalidationLog } from '../adapters/redis-invalidation-log.js';
import { RedisSharedStore } from '../adapters/redis-shared-store.js';
import { AnswerCache } from '../core/answer-cache.js';
import { Answering, type Making } from '../core/answering.js';
import { ByteBudgetStore } from '../core/byte-budget-store.js';
import type { CachedAnswer } from '../core/cached-answer.js';
import { CircuitBreaker } from '../core/circuit-breaker.js';
import { InvalidationNotLogged } from '../core/errors.js';
import { Fence } from '../core/fence.js';
import { ReadsRecorder, recordReads } from '../core/reads-recorder.js';
import { Invalidator } from '../core/invalidator.js';
import type { RowChange } from '../core/row-change.js';
import type { HuntedNode, HuntedQuestion, Versions } from './stale-hunt.js';

const described = {
  operation: 'rows',
  aging: [{ kind: 'fixed', ttlMs: 600_000 }],
  kind: 'value',
} as const;
const monotonicMs = () => performance.now();
const scope = { role: 'anonymous' };

/** Changes that were committed and could not be written to the log: what the database's table of changes holds. */
export class UnloggedChanges {
  readonly #rows: { readonly change: RowChange; readonly dueAtMs: number }[] = [];

  add(change: RowChange): void {
    this.#rows.push({ change, dueAtMs: performance.now() + 500 });
  }

  takeDue(): RowChange[] {
    const dueCount = this.#rows.filter(({ dueAtMs }) => dueAtMs <= performance.now()).length;
    return this.#rows.splice(0, dueCount).map(({ change }) => change);
  }
}

/** Our own parts, or others in their place, to see whether a hunt notices. */
export interface NodeParts {
  readonly Fence: typeof Fence;
  readonly AnswerCache: typeof AnswerCache;
}

export interface SwiftletNodeOptions {
  readonly redis: Redis | Cluster;
  readonly namespace: string;
  /** Added to this node's clock. */
  readonly skewMs: number;
  readonly unlogged: UnloggedChanges;
  readonly memoryBytes: number;
  readonly parts?: Partial<NodeParts>;
}

export async function startSwiftletNode(options: SwiftletNodeOptions): Promise<HuntedNode> {
  const { redis, namespace, skewMs, unlogged, memoryBytes } = options;
  const parts = { Fence, AnswerCache, ...options.parts };
  const nowMs = () => Date.now() + skewMs;
  const fence = new parts.Fence();
  const log = new RedisInvalidationLog({
    redis,
    namespace,
    monotonicMs,
    onStateChange: () => undefined,
  });
  const breaker = new CircuitBreaker({ failuresToOpen: 3, probeAfterMs: 250 });
  const shared = new RedisSharedStore({ redis, namespace, breaker, monotonicMs, onFailure: () => undefined });
  const memory = new ByteBudgetStore<CachedAnswer>({
    budgetBytes: memoryBytes,
    onRemoved: (_key, answer) => fence.release(answer.cells),
  });
  const cache = new parts.AnswerCache({ fence, memory, shared, nowMs });
  const answering = new Answering({
    fence,
    log,
    cache,
    nowMs,
    pause: (ms) => delay(ms),
    random: Math.random,
  });
  const invalidator = new Invalidator(fence, log);
  await log.start(fence);
  const relay = setInterval(() => {
    const changes = unlogged.takeDue();
    if (changes.length > 0)
      invalidator.publish(changes).catch(() => changes.forEach((one) => unlogged.add(one)));
  }, 100);
  return {
    read: (question, seen, load) => readThrough(answering, question, seen, load),
    invalidate: async (rows) => {
      const changes = rows.map((key): RowChange => ({ kind: 'insert', table: 'rows', after: { key } }));
      const recorder = new ReadsRecorder(0);
      await recordReads(recorder, async () => {
        await invalidator.publish(changes).catch((error: unknown) => {
          if (!(error instanceof InvalidationNotLogged)) throw error;
          for (const change of changes) unlogged.add(change);
          invalidator.onPublishFailed(changes, error);
        });
      });
      return recorder.wroteAt;
    },
    stop: async () => {
      clearInterval(relay);
      shared.close();
      await log.close();
    },
  };
}

async function readThrough(
  answering: Answering,
  question: HuntedQuestion,
  seen: number,
  load: () => Promise<Versions>,
): Promise<Versions> {
  const asked = { id: question.name, scope };
  const now = answering.findNow(asked, seen);
  if (now !== undefined) return versionsIn(now);
  const consulted = await answering.consult(asked, seen);
  if (consulted.kind === 'answer') return versionsIn(consulted.answer);
  return make(consulted.making, question, load);
}

async function make(
  making: Making,
  { rows }: HuntedQuestion,
  load: () => Promise<Versions>,
): Promise<Versions> {
  try {
    const versions = await load();
    // As in GraphQL: what was read is known only when it has been.
    making.recorder.read([{ table: 'rows', where: [{ column: 'key', values: rows }], columns: undefined }]);
    const body = Buffer.from(JSON.stringify(versions));
    making.complete({ ...described, body, contentType: 'application/json' });
    return versions;
  } finally {
    making.abandon();
  }
}

function versionsIn({ body }: CachedAnswer): Versions {
  return JSON.parse(body.toString()) as Versions;
}
