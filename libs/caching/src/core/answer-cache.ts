/** Keeps finished answers in memory and in the shared store, and gives out none that is not true. */
import type { ByteBudgetStore } from './byte-budget-store.js';
import { decodeAnswer, encodeAnswer, sizeOf, type CachedAnswer, type StoredAnswer } from './cached-answer.js';
import type { Fence, Invalidity } from './fence.js';
import { everybodysKey, scopeKeyFor, scopeKeys, type ScopeValues } from './scope.js';
import type { Lease, SharedFind, SharedStore } from './shared-store.js';

export interface Question {
  /** Names what is asked, whoever asks: method, path, body and what the client accepts. */
  readonly id: string;
  readonly scope: ScopeValues;
}

export type MissReason =
  | { readonly kind: 'never-stored' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalidated'; readonly by: Invalidity };

export type SharedLookup =
  { readonly kind: 'hit'; readonly answer: CachedAnswer } | Exclude<SharedFind, { readonly kind: 'found' }>;

export type MemoryLookup =
  | { readonly kind: 'hit'; readonly answer: CachedAnswer }
  | { readonly kind: 'miss'; readonly reason: MissReason };

export interface AnswerCacheParts {
  readonly fence: Fence;
  readonly memory: ByteBudgetStore<CachedAnswer>;
  readonly shared: SharedStore;
  readonly nowMs: () => number;
}

/** Useless answers that are looked past in one lookup: one for each scope, or one that others replace meanwhile. */
const mostUseless = 5;

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
      found ??= narrower;
    }
    return found ?? { kind: 'miss', reason: { kind: 'never-stored' } };
  }

  /** What is untrue stays until it is replaced, and can tell the next one why. */
  #lookUp(id: string, scopeKey: string): MemoryLookup | undefined {
    const answer = this.#memory.get(storeKeyOf(id, scopeKey));
    if (answer === undefined) return undefined;
    const reason = this.#untruthOf(answer);
    return reason === undefined ? { kind: 'hit', answer } : { kind: 'miss', reason };
  }

  /** Looks at what other nodes have made; what it finds is in memory from now on. @param leaseName of the lease on what is not there */
  async findShared({ id, scope }: Question, leaseName: string): Promise<SharedLookup> {
    const keys = scopeKeys(scope).map(({ key }) => key);
    const useless = new Map<string, Buffer>();
    for (let attempt = 0; attempt < mostUseless; attempt += 1) {
      const found = await this.#shared.find(id, { keys, leaseName, useless });
      if (found.kind !== 'found') return found;
      const stored = decodeAnswer(found.bytes);
      const answer = stored === undefined ? undefined : this.#admit(id, found.key, stored);
      if (answer !== undefined) return { kind: 'hit', answer };
      // Asked again without it, and not merely for a lease: somebody may have replaced it and given back the lease since.
      useless.set(found.key, found.bytes);
    }
    return { kind: 'nobody' };
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

  /** Undefined while it is true. */
  whyNot(answer: CachedAnswer): MissReason | undefined {
    return this.#untruthOf(answer);
  }

  /** Undefined when a write has overtaken its making, or it is too large. */
  keep(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer | undefined {
    return this.#admit(id, scopeKey, stored);
  }

  /** For those who are waiting for it already, and for nobody later: it is never true. */
  unkept(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer {
    return { ...stored, ...blank(), storeKey: storeKeyOf(id, scopeKey), cells: [], isKept: false };
  }

  /** Gives other nodes what this one keeps. */
  async share(id: string, scopeKey: string, answer: StoredAnswer, lease?: Lease): Promise<void> {
    const ttlMs = answer.expiresAtMs - this.#nowMs();
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
    this.#fence.hold(answer.dependencies); // set() lets go of the cells of what it replaces
    this.#memory.set(answer.storeKey, answer, sizeOf(answer));
  }

  isTrue(answer: CachedAnswer): boolean {
    return answer.isKept && this.#untruthOf(answer) === undefined;
  }

  #untruthOf(answer: CachedAnswer): MissReason | undefined {
    if (this.#nowMs() >= answer.expiresAtMs) return { kind: 'expired' };
    if (this.#fence.isTrue(answer)) return undefined;
    const by = this.#fence.whyNot(answer);
    return by === undefined ? undefined : { kind: 'invalidated', by };
  }

  #admit(id: string, scopeKey: string, stored: StoredAnswer): CachedAnswer | undefined {
    const cells = this.#fence.hold(stored.dependencies);
    const storeKey = storeKeyOf(id, scopeKey);
    const answer: CachedAnswer = { ...stored, ...blank(), storeKey, cells, isKept: true };
    if (this.#untruthOf(answer) === undefined && this.#memory.set(storeKey, answer, sizeOf(answer))) {
      return answer;
    }
    this.#fence.release(cells);
    return undefined;
  }
}

function blank(): Pick<CachedAnswer, 'encoded' | 'heads' | 'hits' | 'collectedHits' | 'question'> {
  return { encoded: new Map(), heads: new Map(), hits: 0, collectedHits: 0, question: undefined };
}

export function storeKeyOf(id: string, scopeKey: string): string {
  return `${scopeKey}\n${id}`;
}

/** A scope's key is a word and JSON: the first line break ends it. */
function partsOf(storeKey: string): [scopeKey: string, id: string] {
  const end = storeKey.indexOf('\n');
  return [storeKey.slice(0, end), storeKey.slice(end + 1)];
}
