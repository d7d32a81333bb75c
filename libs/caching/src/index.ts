/** The cache's public door. */
export { answerPlugin } from './adapters/apollo-answer.plugin.js';
export { cachingMigrations } from './adapters/row-change.migrations.js';
export { trackTable, untrackTable } from './adapters/tracked-table.js';
export { CacheOperations, type WarmState } from './cache-operations.js';
export { CachingModule } from './caching.module.js';
export type { CachingOptionsInput } from './caching.options.js';
export { InvalidationNotLogged } from './core/errors.js';
export { Invalidator } from './core/invalidator.js';
export type { InspectedAnswer, MemoryShare } from './core/inspection.js';
export type { OperationFigures } from './core/operation-statistics.js';
export type { PurgeTarget } from './core/purge-target.js';
export { currentReads } from './core/reads-recorder.js';
export { publishingApplicationPrefix } from './core/row-change-publisher.js';
export type { ShadowFigures } from './core/shadow-check.js';
export { watchScope, type ScopeValues } from './core/scope.js';
export { HttpAnswers, type Consult } from './http-answers.js';
