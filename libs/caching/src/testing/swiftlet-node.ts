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
import type { HuntedNode } from './stale-hunt.js';

const ttlMs = 600_000;
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

export interface SwiftletNodeOptions {
  readonly redis: Redis | Cluster;
  readonly namespace: string;
  /** Added to this node's clock. */
  readonly skewMs: number;
  readonly unlogged: UnloggedChanges;
  readonly memoryBytes: number;
}

export async function startSwiftletNode(options: SwiftletNodeOptions): Promise<HuntedNode> {
  const { redis, namespace, skewMs, unlogged, memoryBytes } = options;
  const nowMs = () => Date.now() + skewMs;
  const fence = new Fence();
  const log = new RedisInvalidationLog({ redis, namespace, monotonicMs, onStateChange: () => undefined });
  const breaker = new CircuitBreaker({ failuresToOpen: 3, probeAfterMs: 250 });
  const shared = new RedisSharedStore({ redis, namespace, breaker, monotonicMs, onFailure: () => undefined });
  const memory = new ByteBudgetStore<CachedAnswer>({
    budgetBytes: memoryBytes,
    onRemoved: (_key, answer) => fence.release(answer.cells),
  });
  const cache = new AnswerCache({ fence, memory, shared, nowMs });
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
    for (const change of unlogged.takeDue()) invalidator.publish([change]).catch(() => unlogged.add(change));
  }, 100);
  return {
    read: (key, seen, load) => readThrough(answering, key, seen, load),
    invalidate: async (key) => {
      const change: RowChange = { kind: 'insert', table: 'rows', after: { key } };
      const recorder = new ReadsRecorder(0);
      await recordReads(recorder, async () => {
        await invalidator.publish([change]).catch((error: unknown) => {
          if (!(error instanceof InvalidationNotLogged)) throw error;
          unlogged.add(change);
          invalidator.onPublishFailed([change], error);
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
  key: string,
  seen: number,
  load: () => Promise<number>,
): Promise<number> {
  const question = { id: key, scope };
  const now = answering.findNow(question, seen);
  if (now !== undefined) return versionIn(now);
  const consulted = await answering.consult(question, seen);
  if (consulted.kind === 'answer') return versionIn(consulted.answer);
  return make(consulted.making, key, load);
}

async function make(making: Making, key: string, load: () => Promise<number>): Promise<number> {
  const version = await load();
  // As in GraphQL: what was read is known only when it has been.
  making.recorder.read([{ table: 'rows', where: [{ column: 'key', values: [key] }], columns: undefined }]);
  making.complete({ body: Buffer.from(String(version)), contentType: 'text/plain', operation: 'row', ttlMs });
  return version;
}

function versionIn({ body }: CachedAnswer): number {
  return Number(body.toString());
}
