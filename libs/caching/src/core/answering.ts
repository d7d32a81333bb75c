/** Decides for each question whether it is answered from the cache, by the work of somebody else, or by work of its own. */
import type { AnswerCache, MemoryLookup, MissReason, Question } from './answer-cache.js';
import type { AnswerRefresher } from './answer-refresher.js';
import type { CachedAnswer } from './cached-answer.js';
import type { Fence } from './fence.js';
import { Flights, type Turn } from './flights.js';
import { softTimeoutMs } from './freshness.js';
import type { InvalidationLog, Sequence } from './invalidation-log.js';
import { LearnedLevels } from './learned-levels.js';
import { Making, type Landed } from './making.js';
import { ReadsRecorder } from './reads-recorder.js';
import { scopeKeyFor, type ScopeLevel } from './scope.js';
import { awaitShared, type SharedLookup } from './shared-lookup.js';
import type { Lease } from './shared-store.js';

export type { FinishedAnswer, Making } from './making.js';

export type AnswerLayer = 'memory' | 'shared' | 'flight';
/** `unsynced`: this node has lost touch with the log; `behind`: the client has seen what this node has not heard of yet. */
export type BypassReason = { readonly kind: 'unsynced' } | { readonly kind: 'behind' };

export type Consulted =
  | {
      readonly kind: 'answer';
      readonly answer: CachedAnswer;
      readonly layer: Exclude<AnswerLayer, 'flight'>;
    }
  | {
      readonly kind: 'answer';
      readonly answer: CachedAnswer;
      readonly layer: 'flight';
      /** Why there was none before. */
      readonly reason: MissReason | BypassReason;
      /** False when it is this client's and nobody's after it: something was written meanwhile, or may have been. */
      readonly mayBeKept: boolean;
    }
  | { readonly kind: 'make'; readonly making: Making; readonly reason: MissReason | BypassReason };

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
/** Milliseconds from one record that says nothing to the next: clients say what they have seen, and may make it up. */
const soundingPauseMs = 1_000;
/**
 * Milliseconds that another node's work is waited for. The lease ends soon after its holder has died, so that who waits long
 * waits for a slow query, which would take as long here; requests are given up before this.
 */
const longestLeaseWaitMs = 30_000;

type Aged = Extract<MemoryLookup, { readonly kind: 'aged' }>;

/** A question on its way to its answer. */
interface Asking {
  readonly question: Question;
  /** Work that began later than this knows of all that the client could know of. */
  readonly arrivedIn: Turn;
  readonly reason: MissReason | BypassReason;
  /** False when nothing that lies anywhere is of use, only what is made from now on. */
  readonly isSynced: boolean;
  readonly insteadOf?: CachedAnswer | undefined;
}

export class Answering {
  readonly #parts: AnsweringParts;
  readonly #flights = new Flights<Landed>();
  readonly #levels = new LearnedLevels();
  /** Without one, as long as the server cannot be asked, whoever meets an aged answer makes the next. */
  refresher: AnswerRefresher | undefined;
  #soundedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /** The part that needs no waiting; undefined when {@link consult} must be asked. @param seen what the client has seen. */
  findNow(question: Question, seen: Sequence): CachedAnswer | undefined {
    const { log, fence, cache } = this.#parts;
    if (seen > fence.reached || !log.isCurrent()) return undefined;
    const found = cache.findInMemory(question);
    if (found.kind === 'hit') return found.answer;
    return found.kind === 'aged' && this.#isRefreshedBehind(found) ? found.answer : undefined;
  }

  async consult(question: Question, seen: Sequence): Promise<Consulted> {
    const bypass = await this.#whyBypassed(seen);
    // Not before: work that began while this node had not heard of what the client has seen may have taken parts from a cache.
    const arrivedIn = this.#flights.turn;
    if (bypass !== undefined) return this.#board({ question, arrivedIn, reason: bypass, isSynced: false });
    const found = this.#parts.cache.findInMemory(question);
    if (found.kind === 'hit') return { kind: 'answer', answer: found.answer, layer: 'memory' };
    const despite = found.kind === 'aged' ? await this.#answerDespiteAge(question, found) : undefined;
    if (despite !== undefined) return { kind: 'answer', answer: despite, layer: 'memory' };
    const reason = found.kind === 'aged' ? ({ kind: 'expired' } as const) : found.reason;
    return this.#board({ question, arrivedIn, reason, isSynced: true });
  }

  /** For work that is to replace what is there, before it has aged or because it has. */
  async renew(question: Question): Promise<Consulted> {
    const { cache, log } = this.#parts;
    const found = cache.findInMemory(question);
    return this.#board({
      question,
      arrivedIn: this.#flights.turn,
      reason: { kind: 'expired' },
      isSynced: log.isCurrent(),
      insteadOf: found.kind === 'miss' ? undefined : found.answer,
    });
  }

  /** For work that goes past the cache, with all its parts. */
  recorder(): ReadsRecorder {
    return new ReadsRecorder(this.#parts.fence.reached, { passesCaches: true });
  }

  /** Its readers get it as it is while it is made anew. */
  #isRefreshedBehind({ answer, state }: Aged): boolean {
    return state === 'stale-revalidate' && this.refresher !== undefined && answer.question !== undefined;
  }

  /** An aged answer that may be given only because its successor cannot be made, or not soon; or that successor. */
  async #answerDespiteAge(question: Question, aged: Aged): Promise<CachedAnswer | undefined> {
    if (this.#isRefreshedBehind(aged)) return aged.answer;
    if (this.refresher === undefined || aged.answer.question === undefined) return undefined;
    const refreshed = this.refresher.refresh(aged.answer);
    // So many others are being made anew, and perhaps fail, that this one may not even be tried.
    if (refreshed === undefined) return aged.answer;
    const { cache, log, pause } = this.#parts;
    const outcome = await Promise.race([refreshed, pause(softTimeoutMs)]);
    const found = log.isCurrent() ? cache.findInMemory(question) : undefined;
    if (found?.kind === 'hit') return found.answer;
    // It may have been overtaken by a write while its successor was made.
    return found?.kind === 'aged' && outcome !== 'answered' ? found.answer : undefined;
  }

  async #whyBypassed(seen: Sequence): Promise<BypassReason | undefined> {
    if (!this.#parts.log.isCurrent()) return { kind: 'unsynced' };
    return (await this.#catchesUpWith(seen)) ? undefined : { kind: 'behind' };
  }

  /**
   * Waits for at most two flights that land: the one that was under way, which a write may have overtaken, and the next, which
   * began later and is of use whatever was written.
   */
  async #board(asking: Asking): Promise<Consulted> {
    const { question, arrivedIn, reason, isSynced } = asking;
    const { cache, log, nowMs, random } = this.#parts;
    for (;;) {
      const level = this.#levels.levelOf(question.id, nowMs());
      const scope = scopeKeyFor(level, question.scope);
      if (scope === undefined) return this.#make(asking, () => undefined);
      // Who does not know of all writes joins only those who read everything anew: parts from a cache may be too old for him.
      const crew = isSynced ? '' : 'afresh ';
      const lane = Math.floor(random() * this.#levels.lanesOf(question.id, nowMs()));
      const leaseName = lane === 0 ? scope.key : `${scope.key} ${lane}`;
      const boarding = this.#flights.board(`${crew}${leaseName}\n${question.id}`);
      if (boarding.role === 'leader') return this.#lead(asking, leaseName, boarding.settle);
      const landed = await boarding.outcome;
      if (landed === undefined || !cache.isFor(landed.answer, question)) continue;
      const { answer, turn } = landed;
      const mayBeKept = log.isCurrent() && cache.isTrue(answer);
      if ((turn !== undefined && turn > arrivedIn) || (isSynced && mayBeKept))
        return { kind: 'answer', answer, layer: 'flight', reason, mayBeKept };
    }
  }

  async #lead(asking: Asking, leaseName: string, settle: Settle): Promise<Consulted> {
    if (!asking.isSynced) return this.#make(asking, settle);
    try {
      const shared = await this.#findShared(asking, leaseName);
      if (shared.kind !== 'hit')
        return this.#make(asking, settle, shared.kind === 'ours' ? shared.lease : undefined);
      const answer = shared.found;
      if (!this.#parts.log.isCurrent()) return this.#make({ ...asking, isSynced: false }, settle);
      settle({ answer, turn: undefined });
      return { kind: 'answer', answer, layer: 'shared' };
    } catch (error) {
      settle(undefined);
      throw error;
    }
  }

  /** Waits for another node's work where one has the lease. */
  #findShared({ question, insteadOf }: Asking, leaseName: string): Promise<SharedLookup<CachedAnswer>> {
    const look = () => this.#parts.cache.findShared(question, leaseName, insteadOf);
    return awaitShared(look, { ...this.#parts, longestWaitMs: longestLeaseWaitMs });
  }

  #make({ question, reason, isSynced, insteadOf }: Asking, settle: Settle, lease?: Lease): Consulted {
    const { fence, nowMs } = this.#parts;
    const onLearned = (level: ScopeLevel) => this.#levels.learn(question.id, level, nowMs());
    const onFailed = () => this.#levels.fail(question.id, nowMs());
    const making = new Making(this.#parts, {
      question,
      turn: this.#flights.begin(),
      bornAt: fence.reached,
      mayBeKept: isSynced,
      lease,
      insteadOf,
      settle,
      onLearned,
      onFailed,
    });
    return { kind: 'make', making, reason };
  }

  async #catchesUpWith(seen: Sequence): Promise<boolean> {
    const { fence, log, pause } = this.#parts;
    // No record is about to come that is of the future: whoever wrote it could not reach the log, and sent the client past it.
    if (seen > log.now() + catchUpMs * 1_000) return false;
    if (seen > fence.reached && seen <= log.now() - catchUpMs * 1_000) this.#sound();
    for (let waitedMs = 0; seen > fence.reached && waitedMs < catchUpMs; waitedMs += 1) await pause(1);
    return seen <= fence.reached;
  }

  /**
   * Whoever could not tell the log of a write has sent its client ahead of it, and where nobody writes, nothing follows that all
   * nodes could reach that place by: a record that says nothing does.
   */
  #sound(): void {
    const sinceMs = this.#parts.nowMs() - this.#soundedAtMs;
    if (sinceMs >= 0 && sinceMs < soundingPauseMs) return;
    this.#soundedAtMs = this.#parts.nowMs();
    this.#parts.log.append({ changes: [], tags: [] }).catch(() => undefined); // there will be another question
  }
}

type Settle = (landed: Landed | undefined) => void;
