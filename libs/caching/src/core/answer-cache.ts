/** Keeps finished answers in memory and in the shared store, and gives out none that is not true. */
import type { ByteBudgetStore } from './byte-budget-store.js';
import {
  answerWindow,
  decodeAnswer,
  encodeAnswer,
  lastEndMs,
  sizeOf,
  type CachedAnswer,
  type StoredAnswer,
} from './cached-answer.js';
import { withChange, type ChangeIntervals } from './change-intervals.js';
import type { Fence, Invalidity } from './fence.js';
import { stateAt, type EntryState } from './freshness.js';
import { everybodysKey, scopeKeyFor, scopeKeys, type ScopeValues } from './scope.js';
import { lookUpShared, type SharedLookup } from './shared-lookup.js';
import type { Lease, SharedStore } from './shared-store.js';
import { unlessInvalidated } from './still-valid.js';

export interface Question {
  /** Names what is asked, whoever asks: method, path, body and what the client accepts. */
  readonly id: string;
  readonly scope: ScopeValues;
}

export type MissReason =
  | { readonly kind: 'never-stored' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalidated'; readonly by: Invalidity };

export type MemoryLookup =
  | { readonly kind: 'hit'; readonly answer: CachedAnswer }
  /** Nothing that it depends on has changed, but its time is up. */
  | {
      readonly kind: 'aged';
      readonly answer: CachedAnswer;
      readonly state: Exclude<EntryState, 'fresh' | 'expired'>;
    }
  | { readonly kind: 'miss'; readonly reason: MissReason };

export interface AnswerCacheParts {
  readonly fence: Fence;
  readonly memory: ByteBudgetStore<CachedAnswer>;
  readonly shared: SharedStore;
  readonly nowMs: () => number;
}

export class AnswerCache {
  readonly #fence: Fence;
  readonly #memory: ByteBudgetStore<CachedAnswer>;
  readonly #shared: SharedStore;
  readonly #nowMs: () => number;

  constructor({ fence, memory, shared, nowMs }: AnswerCacheParts) {
    this.#fence = fence;
    this.#memory = memory;
    this.#shared = shared;
    this.#nowMs = nowMs;
  }

  findInMemory({ id, scope }: Question): MemoryLookup {
    // Most answers are everybody's: the other keys are not even written down for them.
    let found = this.#lookUp(id, everybodysKey);
    if (found?.kind === 'hit') return found;
    for (const { level, key } of scopeKeys(scope)) {
      const narrower = level === 'public' ? undefined : this.#lookUp(id, key);
      if (narrower?.kind === 'hit') return narrower;
      if (found === undefined || narrower?.kind === 'aged') found = narrower;
    }
    return found ?? { kind: 'miss', reason: { kind: 'never-stored' } };
  }

  /** What is untrue stays until it is replaced, and can tell the next one why. */
  #lookUp(id: string, scopeKey: string): MemoryLookup | undefined {
    const answer = this.#memory.get(storeKeyOf(id, scopeKey));
    if (answer === undefined) return undefined;
    const nowMs = this.#nowMs();
    const state = this.#stateOf(answer, nowMs);
    if (typeof state === 'object') return { kind: 'miss', reason: state };
    if (state === 'expired') return { kind: 'miss', reason: { kind: 'expired' } };
    if (answer.isSliding && state === 'fresh') answer.lastUsedAtMs = nowMs; // a grace prolongs nothing
    return state === 'fresh' ? { kind: 'hit', answer } : { kind: 'aged', answer, state };
  }

  /**
   * Looks at what other nodes have made; what it finds is in memory from now on.
   * @param leaseName of the lease on what is not there
   * @param insteadOf is to be replaced: another node may have done so
   */
  async findShared(
    { id, scope }: Question,
    leaseName: string,
    insteadOf?: CachedAnswer,
  ): Promise<SharedLookup<CachedAnswer>> {
    const keys = scopeKeys(scope).map(({ key }) => key);
    const useless = new Map<string, Buffer>();
    if (insteadOf !== undefined) useless.set(partsOf(insteadOf.storeKey)[0], encodeAnswer(insteadOf));
    return lookUpShared(this.#shared, id, { keys, leaseName, useless }, (key, bytes) => {
      const stored = decodeAnswer(bytes);
      return stored === undefined ? undefined : this.#admit(id, key, stored);
    });
  }

  /** Whether an answer was made for somebody who is like this one in all that its making looked at. */
  isFor(answer: CachedAnswer, { id, scope }: Question): boolean {
    const key = scopeKeyFor(answer.scope, scope)?.key;
    return key !== undefined && answer.storeKey === storeKeyOf(id, key);
  }

  /** What other nodes have made under this key, in memory from now on; nobody is asked to make it. */
  async recall(storeKey: string): Promise<CachedAnswer | undefined> {
    const [scopeKey, id] = partsOf(storeKey);
    const bytes = await this.#shared.read(id, scopeKey);
    const stored = bytes === undefined ? undefined : decodeAnswer(bytes);
    return stored === undefined ? undefined : this.#admit(id, scopeKey, stored);
  }

  /** For inspection: no use is counted. */
  peek(storeKey: string): CachedAnswer | undefined {
    return this.#memory.peek(storeKey);
  }

  /** For inspection: no use is counted. */
  entries(): IterableIterator<[string, CachedAnswer]> {
    return this.#memory.entries();
  }

  /** Undefined while it is true and fresh. */
  whyNot(answer: CachedAnswer): MissReason | undefined {
    const state = this.#stateOf(answer, this.#nowMs());
    if (typeof state === 'object') return state;
    return state === 'fresh' ? undefined : { kind: 'expired' };
  }

  /** What an answer that a write has ended leaves behind for the next one. */
  changesOf(id: string, scopeKey: string): ChangeIntervals | undefined {
    const before = this.#memory.peek(storeKeyOf(id, scopeKey));
    if (before === undefined || this.#fence.isTrue(before)) return before?.changes;
    return withChange(before.changes, this.#nowMs());
  }

  /** Undefined when a write has overtaken its making, or it is too large. */
  keep(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer | undefined {
    return this.#admit(id, scopeKey, stored);
  }

  /** For those who are waiting for it already, and for nobody later: it is never true. */
  unkept(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer {
    return {
      ...stored,
      ...beginningOf(stored),
      storeKey: storeKeyOf(id, scopeKey),
      cells: [],
      isKept: false,
    };
  }

  /** Gives other nodes what this one keeps. */
  async share(id: string, scopeKey: string, answer: CachedAnswer, lease?: Lease): Promise<void> {
    const ttlMs = lastEndMs(answer.window) - this.#nowMs();
    await this.#shared.put(id, scopeKey, encodeAnswer(answer), ttlMs, lease);
  }

  async renew(id: string, lease: Lease): Promise<void> {
    await this.#shared.renew(id, lease);
  }

  async giveUp(id: string, lease: Lease): Promise<void> {
    await this.#shared.release(id, lease);
  }

  /** To be told when an answer has grown by a compressed body. */
  resize(answer: CachedAnswer): void {
    if (this.#memory.peek(answer.storeKey) !== answer) return;
    const sizeBytes = sizeOf(answer);
    this.#fence.hold(answer.dependencies); // set() lets go of the cells of what it replaces
    this.#memory.set(answer.storeKey, answer, sizeBytes);
  }

  isTrue(answer: CachedAnswer): boolean {
    return answer.isKept && this.whyNot(answer) === undefined;
  }

  /** Why it is not true, or how old it is. */
  #stateOf(answer: CachedAnswer, nowMs: number): EntryState | MissReason {
    const by = this.#fence.isTrue(answer) ? undefined : this.#fence.whyNot(answer);
    if (by !== undefined) return { kind: 'invalidated', by };
    if (answer.isSliding && nowMs >= answer.window.freshUntilMs)
      answer.window = answerWindow(answer, answer.lastUsedAtMs);
    const window = unlessInvalidated(answer.window, 'valid');
    return window === undefined ? 'expired' : stateAt(window, nowMs);
  }

  #admit(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer | undefined {
    const cells = this.#fence.hold(stored.dependencies);
    const storeKey = storeKeyOf(id, scopeKey);
    const answer: CachedAnswer = { ...stored, ...beginningOf(stored), storeKey, cells, isKept: true };
    if (this.whyNot(answer) === undefined && this.#memory.set(storeKey, answer, sizeOf(answer))) {
      return answer;
    }
    this.#fence.release(cells);
    return undefined;
  }
}

/** What an answer is on this node before anybody has used it. */
function beginningOf(
  stored: StoredAnswer,
): Omit<CachedAnswer, keyof StoredAnswer | 'storeKey' | 'cells' | 'isKept'> {
  return {
    window: answerWindow(stored, stored.storedAtMs),
    isSliding: stored.aging.some(({ kind }) => kind === 'sliding'),
    lastUsedAtMs: stored.storedAtMs,
    encoded: new Map(),
    heads: [],
    hits: 0,
    collectedHits: 0,
    question: undefined,
  };
}

export function storeKeyOf(id: string, scopeKey: string): string {
  return `${scopeKey}\n${id}`;
}

/** A scope's key is a word and JSON: the first line break ends it. */
function partsOf(storeKey: string): [scopeKey: string, id: string] {
  const end = storeKey.indexOf('\n');
  return [storeKey.slice(0, end), storeKey.slice(end + 1)];
}
