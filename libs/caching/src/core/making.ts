/** The work on one answer: keeps the lease while it lasts, and ends once, by being completed, refused or abandoned. */
import type { AnswerCache, Question } from './answer-cache.js';
import { answerWindow, type CachedAnswer, type StoredAnswer } from './cached-answer.js';
import type { Turn } from './flights.js';
import { endless } from './freshness.js';
import { contentHash } from './http/etag.js';
import { everyAnswersTag, operationTag } from './purge-target.js';
import { ReadsRecorder, type AnswerDescription } from './reads-recorder.js';
import { scopeKeyFor, type ScopeKey, type ScopeLevel } from './scope.js';
import { leaseRenewalMs, type Lease } from './shared-store.js';
import type { Sequence } from './invalidation-log.js';

export interface FinishedAnswer extends AnswerDescription {
  readonly body: Buffer;
  readonly contentType: string;
}

/** What those get who have waited. */
export interface Landed {
  readonly answer: CachedAnswer;
  /** When its making began; undefined when it was not made here. */
  readonly turn: Turn | undefined;
}

export interface Errand {
  readonly question: Question;
  readonly turn: Turn;
  readonly bornAt: Sequence;
  /** False while nobody can tell what is written meanwhile: only those who are waiting get it. */
  readonly mayBeKept: boolean;
  readonly lease: Lease | undefined;
  /** The aged answer, or the one about to age, that this is to replace. */
  readonly insteadOf?: CachedAnswer | undefined;
  readonly settle: (landed: Landed | undefined) => void;
  /** How far the answer may be shared. */
  readonly onLearned: (level: ScopeLevel) => void;
  readonly onFailed: () => void;
}

export interface MakingParts {
  readonly cache: AnswerCache;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

export class Making {
  readonly recorder: ReadsRecorder;
  readonly #startedAtMs: number;
  #isOver = false;

  constructor(
    private readonly parts: MakingParts,
    private readonly errand: Errand,
  ) {
    this.recorder = new ReadsRecorder(errand.bornAt, {
      asker: errand.question.scope,
      // While nobody can tell what is written, no part may be taken from a cache either.
      passesCaches: !errand.mayBeKept,
      renewsUntilMs: errand.insteadOf?.window.freshUntilMs,
    });
    this.#startedAtMs = parts.nowMs();
    if (errand.lease !== undefined) void this.#renew(errand.lease);
  }

  /** What is kept of it; undefined when it may not be given to anybody later, or a write has overtaken it. */
  complete(finished: FinishedAnswer): CachedAnswer | undefined {
    if (this.#isOver) return undefined;
    const { recorder } = this;
    recorder.dependOn([everyAnswersTag, operationTag(finished.operation)]);
    const { question, settle, turn, mayBeKept, lease, onLearned } = this.errand;
    const scope = scopeKeyFor(recorder.scope, question.scope);
    if (recorder.obstacle !== undefined || scope === undefined) {
      if (recorder.obstacle === 'errors') this.fail();
      else this.refuse();
      return undefined;
    }
    const { cache } = this.parts;
    const stored = this.#describe(finished, scope);
    if (answerWindow(stored, stored.storedAtMs).freshUntilMs <= stored.storedAtMs) {
      this.refuse();
      return undefined;
    }
    const kept = mayBeKept ? cache.keep(question.id, scope.key, stored) : undefined;
    this.#isOver = true;
    onLearned(scope.level);
    // Those who asked before it was begun are served, although it is no longer true or was too large.
    settle({ answer: kept ?? cache.unkept(question.id, scope.key, stored), turn });
    if (kept !== undefined) void cache.share(question.id, scope.key, kept, lease);
    else this.#giveUpLease();
    return kept;
  }

  /** Nothing came of it, which says nothing of the next attempt. */
  fail(): void {
    if (!this.#isOver) this.errand.onFailed();
    this.abandon();
  }

  /** It has an outcome, which is for nobody else. */
  refuse(): void {
    if (!this.#isOver) this.errand.onLearned('unshared');
    this.abandon();
  }

  /** Whoever waited for it has to begin anew. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.errand.settle(undefined);
    this.#giveUpLease();
  }

  #describe({ body, contentType, operation, aging, kind }: FinishedAnswer, scope: ScopeKey): StoredAnswer {
    const { cache, nowMs, random } = this.parts;
    const { bornAt, dependencies, window } = this.recorder;
    const storedAtMs = nowMs();
    const changes = cache.changesOf(this.errand.question.id, scope.key);
    return {
      body,
      contentType,
      contentHash: contentHash(body),
      operation,
      scope: scope.level,
      bornAt,
      dependencies,
      storedAtMs,
      aging,
      kind,
      ...(window !== endless && { partsWindow: window }),
      random: random(),
      ...(changes !== undefined && { changes }),
      computeMs: storedAtMs - this.#startedAtMs,
    };
  }

  #giveUpLease(): void {
    const { question, lease } = this.errand;
    if (lease !== undefined) void this.parts.cache.giveUp(question.id, lease);
  }

  /** The lease is short, so that a dead node holds nobody up, and slow answers outlast it. */
  async #renew(lease: Lease): Promise<void> {
    for (;;) {
      await this.parts.pause(leaseRenewalMs);
      if (this.#isOver) return;
      await this.parts.cache.renew(this.errand.question.id, lease);
    }
  }
}
