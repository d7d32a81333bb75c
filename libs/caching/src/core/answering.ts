/** Decides for each question whether it is answered from the cache, by the work of somebody else, or by work of its own. */
import { hash } from 'node:crypto';
import type { AnswerCache, MissReason, Question } from './answer-cache.js';
import type { CachedAnswer } from './cached-answer.js';
import type { Fence } from './fence.js';
import { Flights } from './flights.js';
import type { InvalidationLog, Sequence } from './invalidation-log.js';
import { ReadsRecorder } from './reads-recorder.js';
import { scopeKeyFor } from './scope.js';
import type { Claim } from './shared-store.js';

export interface FinishedAnswer {
  readonly body: Buffer;
  readonly contentType: string;
  /** The operation's name, for people. */
  readonly operation: string;
  readonly ttlMs: number;
}

export type AnswerLayer = 'memory' | 'shared' | 'flight';
export type BypassReason = 'unsynced' | 'behind';

export type Consulted =
  | { readonly kind: 'answer'; readonly answer: CachedAnswer; readonly layer: AnswerLayer }
  | { readonly kind: 'make'; readonly making: Making; readonly reason: MissReason }
  | { readonly kind: 'bypass'; readonly reason: BypassReason };

export interface AnsweringParts {
  readonly fence: Fence;
  readonly log: InvalidationLog;
  readonly cache: AnswerCache;
  readonly nowMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** Milliseconds that a node may take to catch up with what a client has seen elsewhere, before it is answered afresh. */
const catchUpMs = 50;
/** Milliseconds that another node's work is waited for. Longer than most answers take, shorter than a client's patience. */
const longestLeaseWaitMs = 500;
/** Milliseconds for which a question whose answer could not be shared is worked on by everybody at once. */
const unshareableMs = 5_000;
const mostUnshareable = 10_000;
/** Flights that a follower joins before it stops relying on others: each may be overtaken by a write. */
const mostFlights = 3;

export class Answering {
  readonly #parts: AnsweringParts;
  readonly #flights = new Flights<CachedAnswer>();
  readonly #unshareableUntilMs = new Map<string, number>();

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /** The part that needs no waiting; undefined when {@link consult} must be asked. @param seen what the client has seen. */
  findNow(question: Question, seen: Sequence): CachedAnswer | undefined {
    const { log, fence, cache } = this.#parts;
    if (seen > fence.reached || !log.isCurrent()) return undefined;
    const found = cache.findInMemory(question);
    return found.kind === 'hit' ? found.answer : undefined;
  }

  async consult(question: Question, seen: Sequence): Promise<Consulted> {
    const { log } = this.#parts;
    if (!log.isCurrent()) return { kind: 'bypass', reason: 'unsynced' };
    if (!(await this.#catchesUpWith(seen))) return { kind: 'bypass', reason: 'behind' };
    const found = this.#parts.cache.findInMemory(question);
    if (found.kind === 'hit') return { kind: 'answer', answer: found.answer, layer: 'memory' };
    if (this.#isUnshareable(question.id)) return this.#make(question, found.reason, () => undefined);
    return this.#board(question, found.reason);
  }

  recorder(): ReadsRecorder {
    return new ReadsRecorder(this.#parts.fence.reached);
  }

  async #board(question: Question, reason: MissReason): Promise<Consulted> {
    const { log, cache } = this.#parts;
    // Before it is made nobody knows how far an answer may be shared: with those who are alike in everything it is safe.
    const key = `${scopeKeyFor('user', question.scope)?.key ?? ''}\n${question.id}`;
    for (let flight = 0; flight < mostFlights; flight += 1) {
      const boarding = this.#flights.board(key);
      if (boarding.role === 'leader') return this.#lead(question, reason, boarding.settle);
      const outcome = await boarding.outcome;
      // Taken as it is on the day: a write that came after the flight's reads, but before its end, has overtaken it.
      if (outcome !== undefined && log.isCurrent() && cache.isTrue(outcome)) {
        return { kind: 'answer', answer: outcome, layer: 'flight' };
      }
      if (this.#isUnshareable(question.id)) break;
    }
    return this.#make(question, reason, () => undefined);
  }

  async #lead(question: Question, reason: MissReason, settle: Settle): Promise<Consulted> {
    try {
      const shared = await this.#findShared(question);
      if ('body' in shared && this.#parts.log.isCurrent()) {
        settle(shared);
        return { kind: 'answer', answer: shared, layer: 'shared' };
      }
      const lease = 'holder' in shared && shared.holder === 'us' ? shared.lease : undefined;
      return this.#make(question, reason, settle, lease);
    } catch (error) {
      settle(undefined);
      throw error;
    }
  }

  /** Waits for another node's work where one has the lease. */
  async #findShared(question: Question): Promise<CachedAnswer | Claim> {
    const { cache, nowMs, pause, random } = this.#parts;
    const deadlineMs = nowMs() + longestLeaseWaitMs;
    for (;;) {
      const shared = await cache.findShared(question);
      if ('body' in shared || shared.holder !== 'another node' || nowMs() >= deadlineMs) return shared;
      await pause(5 + random() * 20);
    }
  }

  #make(question: Question, reason: MissReason, settle: Settle, lease?: string): Consulted {
    const onUnshareable = () => this.#noteUnshareable(question.id);
    return {
      kind: 'make',
      making: new Making(this.#parts, { question, lease, settle, onUnshareable }),
      reason,
    };
  }

  async #catchesUpWith(seen: Sequence): Promise<boolean> {
    const { fence, pause } = this.#parts;
    for (let waitedMs = 0; seen > fence.reached && waitedMs < catchUpMs; waitedMs += 1) await pause(1);
    return seen <= fence.reached;
  }

  #isUnshareable(id: string): boolean {
    const untilMs = this.#unshareableUntilMs.get(id);
    if (untilMs === undefined) return false;
    if (this.#parts.nowMs() < untilMs) return true;
    this.#unshareableUntilMs.delete(id);
    return false;
  }

  #noteUnshareable(id: string): void {
    if (this.#unshareableUntilMs.size >= mostUnshareable) this.#unshareableUntilMs.clear();
    this.#unshareableUntilMs.set(id, this.#parts.nowMs() + unshareableMs);
  }
}

type Settle = (answer: CachedAnswer | undefined) => void;

interface Errand {
  readonly question: Question;
  readonly lease: string | undefined;
  readonly settle: Settle;
  readonly onUnshareable: () => void;
}

/** The work on one answer; ends once, by being completed or abandoned. */
export class Making {
  readonly recorder: ReadsRecorder;
  readonly #startedAtMs: number;
  #isOver = false;

  constructor(
    private readonly parts: AnsweringParts,
    private readonly errand: Errand,
  ) {
    this.recorder = new ReadsRecorder(parts.fence.reached);
    this.#startedAtMs = parts.nowMs();
  }

  /** What is kept of it; undefined when it may not be given to anybody else, or a write has overtaken it. */
  complete({ body, contentType, operation, ttlMs }: FinishedAnswer): CachedAnswer | undefined {
    if (this.#isOver) return undefined;
    const { cache, nowMs } = this.parts;
    const { recorder } = this;
    const { question, lease, settle, onUnshareable } = this.errand;
    const scope = scopeKeyFor(recorder.scope, question.scope);
    if (recorder.obstacle !== undefined || scope === undefined || ttlMs <= 0) {
      onUnshareable();
      this.abandon();
      return undefined;
    }
    const storedAtMs = nowMs();
    const answer = cache.keep(question.id, scope.key, {
      body,
      contentType,
      contentHash: hash('sha256', body, 'base64url').slice(0, 22),
      operation,
      scope: scope.level,
      bornAt: recorder.bornAt,
      dependencies: recorder.dependencies,
      storedAtMs,
      expiresAtMs: storedAtMs + ttlMs,
      computeMs: storedAtMs - this.#startedAtMs,
    });
    if (answer === undefined) {
      this.abandon();
      return undefined;
    }
    this.#isOver = true;
    settle(answer);
    void cache.share(question.id, scope.key, answer, lease);
    return answer;
  }

  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { question, lease, settle } = this.errand;
    settle(undefined);
    if (lease !== undefined) void this.parts.cache.giveUp(question.id, lease);
  }
}
