/** Collects what the making of one answer depends on, from its first read to its last. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ExecutionNotes } from './execution-notes.js';
import type { Dependencies } from './fence.js';
import { endless, strictestWindow, type AnswerKind, type FreshnessWindow } from './freshness.js';
import type { Sequence } from './invalidation-log.js';
import type { RowRead } from './row-read.js';
import { narrower, type ScopeLevel, type ScopeValues } from './scope.js';
import type { TtlStrategy } from './ttl-strategy.js';

export interface AnswerDescription {
  /** The operation's name, for people. */
  readonly operation: string;
  /** How it ages: the strictest of them counts. */
  readonly aging: readonly TtlStrategy[];
  readonly kind: AnswerKind;
}

/** What is known of a piece of work before it begins. */
export interface WorkOrigin {
  /** Who asks; without it nothing may be kept whose making looks at the asker. */
  readonly asker?: ScopeValues | undefined;
  /** True for work that must see the database itself: mutations, and questions that ask past caches. */
  readonly passesCaches?: boolean;
  /**
   * Milliseconds since the Unix epoch, for work that is done again before its outcome has aged: a part that ages no later than
   * this would be due at once, and is made anew as well.
   */
  readonly renewsUntilMs?: number | undefined;
  /** The work that this is a part of. Whatever is noted of the part is noted of the whole at once, however the part ends. */
  readonly outer?: ReadsRecorder | undefined;
}

/** What comes with a part that was not made now. */
export interface IncludedPart {
  readonly dependencies: Dependencies;
  readonly scope: ScopeLevel;
  readonly window: FreshnessWindow;
}

export class ReadsRecorder {
  readonly #reads = new Map<string, RowRead>();
  readonly #tags = new Set<string>();
  #scope: ScopeLevel = 'public';
  #obstacle: string | undefined;
  #window = endless;
  readonly #origin: WorkOrigin;
  readonly #parts: ReadsRecorder[] = [];

  /** What the answer is, as far as it is known; without it nothing is stored. */
  description: AnswerDescription | undefined;
  /** Where resolvers may speak to the cache: what they have said. */
  notes: ExecutionNotes | undefined;
  /** The last record of the log that the work itself has caused; 0 for work that has written nothing. */
  wroteAt: Sequence = 0;
  /** True when some of the answer's own fields came from a cache and were put together with the others. */
  isPartlyCached = false;

  /** @param bornAt what the fence had reached before anything was read. */
  constructor(
    readonly bornAt: Sequence,
    origin: WorkOrigin = {},
  ) {
    this.#origin = origin;
  }

  /** The recorder of a part of this work. */
  part(bornAt: Sequence): ReadsRecorder {
    const part = new ReadsRecorder(bornAt, { ...this.#origin, outer: this });
    this.#parts.push(part);
    return part;
  }

  get outer(): ReadsRecorder | undefined {
    return this.#origin.outer;
  }

  get asker(): ScopeValues | undefined {
    return this.#origin.asker;
  }

  get passesCaches(): boolean {
    return this.#origin.passesCaches ?? false;
  }

  get renewsUntilMs(): number {
    return this.#origin.renewsUntilMs ?? -Infinity;
  }

  get scope(): ScopeLevel {
    return this.#scope;
  }

  /** Why the answer must not be stored, if anything speaks against it: the first thing that did. */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** How whatever the work has included ages; endless for work that has only read tables. */
  get window(): FreshnessWindow {
    return this.#window;
  }

  get dependencies(): Dependencies {
    return { reads: [...this.#reads.values()], tags: [...this.#tags] };
  }

  read(reads: readonly RowRead[]): void {
    if (this.#obstacle !== undefined) return;
    for (const read of reads) this.#add(JSON.stringify(read), read);
  }

  dependOn(tags: readonly string[]): void {
    for (const tag of tags) this.#tags.add(tag);
    this.#origin.outer?.dependOn(tags);
  }

  /**
   * Takes over what a cached part depends on. Its `bornAt` is of no concern here, although it may lie far before that of this
   * work: the part was found to be true after this work had begun, so no record up to `this.bornAt` has touched it since it
   * was born, and it is what reading it again would have given. Each later record finds its cells among those of the whole.
   * The older of the two places would be safe as well, but then everything else that the whole has read and that has
   * changed since the part was born would count as changed: whole answers with an old part in them could never be kept.
   */
  include({ dependencies, scope, window }: IncludedPart): void {
    this.read(dependencies.reads);
    this.dependOn(dependencies.tags);
    this.narrow(scope);
    this.limitTo(window);
  }

  limitTo(window: FreshnessWindow): void {
    this.#window = strictestWindow(this.#window, window);
    this.#origin.outer?.limitTo(window);
  }

  wrote(sequence: Sequence): void {
    this.wroteAt = Math.max(this.wroteAt, sequence);
    this.#origin.outer?.wrote(sequence);
  }

  narrow(scope: ScopeLevel): void {
    this.#scope = narrower(this.#scope, scope);
    this.#origin.outer?.narrow(scope);
    if (this.#scope === 'unshared') this.refuse('reads what is the request’s alone');
  }

  /**
   * The asker of this work has been looked at, by the part that is being made just now. Where the thread of execution was
   * lost, as in a callback of somebody else's, any part may have been it.
   */
  lookedAt(scope: ScopeLevel): void {
    const current = currentReads();
    if (current !== undefined && current.#isWithin(this)) current.narrow(scope);
    else this.#narrowAll(scope);
  }

  refuse(obstacle: string): void {
    this.#obstacle ??= obstacle;
    this.#origin.outer?.refuse(obstacle);
  }

  #isWithin(whole: ReadsRecorder): boolean {
    return this === whole || (this.outer !== undefined && this.outer.#isWithin(whole));
  }

  #narrowAll(scope: ScopeLevel): void {
    this.narrow(scope);
    for (const part of this.#parts) part.#narrowAll(scope);
  }

  #add(key: string, read: RowRead): void {
    if (this.#obstacle === undefined) this.#reads.set(key, read);
    const { outer } = this.#origin;
    if (outer !== undefined) outer.#add(key, read);
  }
}

const storage = new AsyncLocalStorage<ReadsRecorder>();

export function recordReads<T>(recorder: ReadsRecorder, work: () => T): T {
  return storage.run(recorder, work);
}

/** The recorder of the answer, or the part of one, that is being made; undefined where nobody wants to store it. */
export function currentReads(): ReadsRecorder | undefined {
  return storage.getStore();
}
