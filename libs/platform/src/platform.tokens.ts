/** Injection tokens for what is not a class. */
export const PLATFORM_OPTIONS = Symbol('PLATFORM_OPTIONS');
/** The `Clock`. */
export const CLOCK = Symbol('CLOCK');
/** The shared ioredis connection, or undefined on a single node without Redis. */
export const REDIS = Symbol('REDIS');
