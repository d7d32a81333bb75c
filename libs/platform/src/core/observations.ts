/**
 * What libraries and the application tell of their work, one channel each. Times are `performance.now()` in milliseconds, so
 * that a listener can lay them beside each other. Redis commands are not here: ioredis tells of them itself, on
 * `tracing:ioredis:command`.
 */
import { ObservationChannel } from './observation-channel.js';

export interface TimedObservation {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A statement that PostgreSQL has answered or refused. */
export interface StatementObservation extends TimedObservation {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** As the driver counts them: read by a question, changed by a command. */
  readonly rowCount: number;
  readonly error?: unknown;
}

/** Somebody wanted a connection of the pool and has it, or has given up. */
export interface ConnectionWaitObservation extends TimedObservation {
  readonly error?: unknown;
}

/** `flight`: the answer of somebody who was already at work on the same question. */
export type CacheLayer = 'memory' | 'shared' | 'flight' | 'values' | 'entities' | 'application';
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'bypass' | 'failure';

/** One look into one layer, or one write to it. */
export interface CacheObservation extends TimedObservation {
  readonly layer: CacheLayer;
  readonly operation: 'read' | 'write';
  readonly outcome: CacheOutcome;
  readonly payloadBytes?: number;
  /** The GraphQL operation whose whole answer it was, where it is known. */
  readonly graphqlOperation?: string;
}

export interface CacheRemovalObservation {
  readonly layer: CacheLayer;
  readonly why: 'evicted' | 'expired' | 'invalidated';
  readonly entries: number;
  readonly bytes: number;
}

export interface JobObservation extends TimedObservation {
  readonly queue: string;
  readonly job: string;
  /** From when it might have begun until it did. */
  readonly waitMs: number;
  readonly outcome: 'completed' | 'failed';
  readonly attempt: number;
}

export type SocketProtocol = 'graphql-transport-ws' | 'sse' | 'multipart' | 'live';

export type SocketObservation =
  | { readonly kind: 'opened' | 'refused'; readonly protocol: SocketProtocol }
  | { readonly kind: 'closed'; readonly protocol: SocketProtocol; readonly code: number }
  | {
      readonly kind: 'sent' | 'received' | 'dropped';
      readonly protocol: SocketProtocol;
      readonly type: string;
      readonly payloadBytes: number;
    };

export type SubscriptionObservation =
  | { readonly kind: 'started' | 'ended'; readonly field: string }
  /** One event, to all who wait for it in this process. */
  | {
      readonly kind: 'delivered';
      readonly field: string;
      readonly receivers: number;
      readonly lagMs: number;
    };

export interface OutboxObservation {
  readonly consumer: string;
  readonly events: number;
  /** Age of the oldest event of the batch when it was consumed. */
  readonly lagMs: number;
}

export const statements = new ObservationChannel<StatementObservation>('swiftlet:pg:observed');
export const connectionWaits = new ObservationChannel<ConnectionWaitObservation>(
  'swiftlet:pg:connection-wait',
);
export const cacheLooks = new ObservationChannel<CacheObservation>('swiftlet:cache:look');
export const cacheRemovals = new ObservationChannel<CacheRemovalObservation>('swiftlet:cache:removal');
export const jobRuns = new ObservationChannel<JobObservation>('swiftlet:job:run');
export const socketTraffic = new ObservationChannel<SocketObservation>('swiftlet:socket');
export const subscriptionTraffic = new ObservationChannel<SubscriptionObservation>('swiftlet:subscription');
export const outboxBatches = new ObservationChannel<OutboxObservation>('swiftlet:outbox:batch');
