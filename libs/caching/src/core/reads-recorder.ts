/** Collects what the making of one answer depends on, from its first read to its last. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dependencies } from './fence.js';
import type { Sequence } from './invalidation-log.js';
import type { RowRead } from './row-read.js';
import { narrower, type ScopeLevel } from './scope.js';

export interface AnswerDescription {
  /** The operation's name, for people. */
  readonly operation: string;
  readonly ttlMs: number;
}

export class ReadsRecorder {
  readonly #reads = new Map<string, RowRead>();
  readonly #tags = new Set<string>();
  #scope: ScopeLevel = 'public';
  #obstacle: string | undefined;

  /** What the answer is, as far as it is known; without it nothing is stored. */
  description: AnswerDescription | undefined;
  /** The last record of the log that the work itself has caused; 0 for work that has written nothing. */
  wroteAt: Sequence = 0;

  /** @param bornAt what the fence had reached before anything was read. */
  constructor(readonly bornAt: Sequence) {}

  get scope(): ScopeLevel {
    return this.#scope;
  }

  /** Why the answer must not be stored, if anything speaks against it: the first thing that did. */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  get dependencies(): Dependencies {
    return { reads: [...this.#reads.values()], tags: [...this.#tags] };
  }

  read(reads: readonly RowRead[]): void {
    if (this.#obstacle !== undefined) return;
    for (const read of reads) this.#reads.set(JSON.stringify(read), read);
  }

  dependOn(tags: readonly string[]): void {
    for (const tag of tags) this.#tags.add(tag);
  }

  wrote(sequence: Sequence): void {
    this.wroteAt = Math.max(this.wroteAt, sequence);
  }

  narrow(scope: ScopeLevel): void {
    this.#scope = narrower(this.#scope, scope);
    if (this.#scope === 'unshared') this.refuse('reads what is the request’s alone');
  }

  refuse(obstacle: string): void {
    this.#obstacle ??= obstacle;
  }
}

const storage = new AsyncLocalStorage<ReadsRecorder>();

export function recordReads<T>(recorder: ReadsRecorder, work: () => T): T {
  return storage.run(recorder, work);
}

/** The recorder of the answer that is being made; undefined where nobody wants to store it. */
export function currentReads(): ReadsRecorder | undefined {
  return storage.getStore();
}
