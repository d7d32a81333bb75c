/** Where committed row changes go, and by which name the database knows who will send them there. */
import type { RowChange } from './row-change.js';

export interface RowChangePublisher {
  /** Resolves once the changes stand in the invalidation log. May get a change twice: a process may die after publishing. */
  publish(changes: readonly RowChange[]): Promise<void>;
}

export interface CommitPublisher extends RowChangePublisher {
  /**
   * The changes are committed and the log does not have them: this node applies them at once, and knows that its place in the
   * log is behind. The relay publishes them later. Must not throw: the writer's transaction has succeeded.
   */
  onPublishFailed(changes: readonly RowChange[], cause: unknown): void;
}

/**
 * Begins the `application_name` of every process that publishes its own commits. The relays give its rows a grace before they
 * take its place; rows of anybody else are nobody's but theirs.
 */
export const publishingApplicationPrefix = 'swiftlet:';
