/** What every library may build on: types and pure functions, no I/O, safe in a browser bundle except the request context. */
export { AppError, findAppError, httpStatusOf, type ErrorKind } from './core/app-error.js';
export type { Clock } from './core/clock.js';
export { ranStatements, type RanStatement } from './core/statement-channel.js';
export type { DomainEvent, NewDomainEvent } from './core/domain-event.js';
export {
  comparePositions,
  formatPosition,
  parsePosition,
  type OutboxPosition,
} from './core/outbox-position.js';
export { ObservationChannel } from './core/observation-channel.js';
export {
  cacheLooks,
  cacheRemovals,
  connectionWaits,
  jobRuns,
  outboxBatches,
  socketTraffic,
  statements,
  subscriptionTraffic,
  type CacheLayer,
  type CacheObservation,
  type CacheOutcome,
  type CacheRemovalObservation,
  type ConnectionWaitObservation,
  type JobObservation,
  type OutboxObservation,
  type SocketObservation,
  type SocketProtocol,
  type StatementObservation,
  type SubscriptionObservation,
  type TimedObservation,
} from './core/observations.js';
