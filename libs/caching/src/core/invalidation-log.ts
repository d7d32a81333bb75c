/** The port to the one ordered log of invalidations that all nodes follow. */
import type { RowChange } from './row-change.js';

export interface Invalidation {
  readonly changes: readonly RowChange[];
  /** Tags that somebody declared dead by name. */
  readonly tags: readonly string[];
}

/**
 * Where a record stands in the log: microseconds by the log's own clock, made strictly increasing. Nobody compares it with
 * another clock; that it resembles the time only keeps it growing when a log has lost its memory.
 */
export type Sequence = number;

/** What a node does with the log that it follows; every method returns before the next record is read. */
export interface LogFollower {
  /** Records come in order, each once, except those that this node has appended itself: these may come early and again. */
  apply(invalidation: Invalidation, sequence: Sequence): void;
  /** Everything up to here has been applied. */
  reach(sequence: Sequence): void;
  /** Records before this one may have been missed: what was stored before it is void. */
  forget(before: Sequence): void;
}

export interface InvalidationLog {
  /**
   * Resolves with the record's place once it will reach every node, and after this node has applied it.
   *
   * @throws InvalidationNotLogged
   */
  append(invalidation: Invalidation): Promise<Sequence>;
  /** About where a record would stand that was appended now; works while the log is away. */
  now(): Sequence;
  /** True while this node has seen the log's newest record a moment ago; otherwise nothing cached may be trusted. */
  isCurrent(): boolean;
  start(follower: LogFollower): Promise<void>;
  close(): Promise<void>;
}
