/** Injection tokens for what is not a class. */
export const PLATFORM_OPTIONS = Symbol('PLATFORM_OPTIONS');
/** The `Clock`. */
export const CLOCK = Symbol('CLOCK');
/**
 * Names one history of the database: copies of it elsewhere, and it itself when it was put back to an earlier state, have
 * another one. What is derived from its rows and kept outside of it belongs under this name.
 */
export const DATABASE_EPOCH = Symbol('DATABASE_EPOCH');
/** The shared ioredis connection, or undefined on a single node without Redis. */
export const REDIS = Symbol('REDIS');
