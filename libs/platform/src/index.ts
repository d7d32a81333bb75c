/** The platform's public door. */
export { cancellablePg } from './adapters/cancellable-pg.js';
export { outboxMigrations } from './adapters/outbox.migrations.js';
export { appendToOutbox } from './adapters/postgres-outbox.js';
export { OutboxRelay } from './core/outbox-relay.js';
export type { OutboxConsumer } from './core/outbox-store.js';
export { createPino, PlatformLogger, withoutUrlPasswords, type LogLevel } from './adapters/pino-logger.js';
export { checkRedis } from './adapters/redis-client.js';
export { systemClock } from './adapters/system-clock.js';
export { Transactions } from './adapters/transactions.js';
export { AppError, findAppError, httpStatusOf, type ErrorKind } from './core/app-error.js';
export type { Clock } from './core/clock.js';
export type { DomainEvent, NewDomainEvent } from './core/domain-event.js';
export { RequestAborted } from './core/errors.js';
export { EventBus } from './core/event-bus.js';
export { ranStatements, type RanStatement } from './core/statement-channel.js';
export { currentRequest, outsideRequest, runInRequest, type RequestContext } from './core/request-context.js';
export { PlatformModule } from './platform.module.js';
export { CLOCK, DATABASE_EPOCH, REDIS } from './platform.tokens.js';
