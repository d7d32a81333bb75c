/** A node of our own cache for the hunt: everything but HTTP and SQL, with a clock that may be wrong. */
import { setTimeout as delay } from 'node:timers/promises';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Cluster, Redis } from 'ioredis';
import { RedisInvalidationLog } from '../adapters/redis-invalidation-log.js';
import { RedisSharedStore } from '../adapters/redis-shared-store.js';
import { AnswerCache } from '../core/answer-cache.js';
import { Answering, type Making } from '../core/answering.js';
import { ByteBudgetStore } from '../core/byte-budget-store.js';
import type { CachedAnswer } from '../core/cached-answer.js';
import { CachedEntities } from '../core/cached-entities.js';
import type { CachedEntity } from '../core/cached-entity.js';
import { CircuitBreaker } from '../core/circuit-breaker.js';
import { EntityCache } from '../core/entity-cache.js';
import type { EntityLoader } from '../core/entity-loader.js';
import { InvalidationNotLogged } from '../core/errors.js';
import { Fence } from '../core/fence.js';
import { currentReads, ReadsRecorder, recordReads } from '../core/reads-recorder.js';
import { Invalidator } from '../core/invalidator.js';
import type { RowChange } from '../core/row-change.js';
import type { RowRead } from '../core/row-read.js';
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
  readonly EntityCache: typeof EntityCache;
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
  const parts = { Fence, AnswerCache, EntityCache, ...options.parts };
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
  const entityMemory = new ByteBudgetStore<CachedEntity>({
    budgetBytes: memoryBytes,
    onRemoved: (_key, entity) => fence.release(entity.cells),
  });
  const entities = new CachedEntities({
    log,
    cache: new parts.EntityCache({ fence, memory: entityMemory, shared, nowMs }),
    maxAgeMs: 600_000,
    onUnkept: () => undefined,
  });
  const loader = rowLoader(entities);
  const invalidator = new Invalidator(fence, log);
  await log.start(fence);
  const relay = setInterval(() => {
    const changes = unlogged.takeDue();
    if (changes.length > 0)
      invalidator.publish(changes).catch(() => changes.forEach((one) => unlogged.add(one)));
  }, 100);
  return {
    read: (question, seen, load) => readThrough({ answering, loader }, question, seen, load),
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

/** What reads the database for whoever asks. */
const loads = new AsyncLocalStorage<() => Promise<Versions>>();

/** Of each row how often it has been written; of one that was never written there is nothing. */
function rowLoader(entities: CachedEntities): EntityLoader<number> {
  return entities.loader({
    name: 'Row',
    by: 'rows.key',
    load: async (keys) => {
      const versions = await loads.getStore()?.();
      currentReads()?.read([rowsRead(keys)]);
      return new Map(
        keys.flatMap((key) => {
          const version = versions?.[key] ?? 0;
          return version === 0 ? [] : [[key, version] as const];
        }),
      );
    },
  });
}

function rowsRead(keys: readonly string[]): RowRead {
  return { table: 'rows', where: [{ column: 'key', values: keys }], columns: undefined };
}

async function readThrough(
  { answering, loader }: { readonly answering: Answering; readonly loader: EntityLoader<number> },
  question: HuntedQuestion,
  seen: number,
  load: () => Promise<Versions>,
): Promise<Versions> {
  const asked = { id: question.name, scope };
  const now = answering.findNow(asked, seen);
  if (now !== undefined) return versionsIn(now);
  const consulted = await answering.consult(asked, seen);
  if (consulted.kind === 'answer') return versionsIn(consulted.answer);
  return make(consulted.making, question, () => loads.run(load, () => loader.getMany(question.rows)));
}

async function make(
  making: Making,
  { rows }: HuntedQuestion,
  load: () => Promise<ReadonlyMap<string, number>>,
): Promise<Versions> {
  try {
    const found = await recordReads(making.recorder, load);
    const versions = Object.fromEntries(rows.map((row) => [row, found.get(row) ?? 0]));
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
