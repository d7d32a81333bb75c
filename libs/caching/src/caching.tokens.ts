/** Injection tokens for what is not a class. */
export const CACHING_OPTIONS = Symbol('CACHING_OPTIONS');
/** The cache's own ioredis connection, or undefined on a single node without Redis. */
export const CACHE_REDIS = Symbol('CACHE_REDIS');
/** The `InvalidationLog`. */
export const INVALIDATION_LOG = Symbol('INVALIDATION_LOG');
/** The `SharedStore`. */
export const SHARED_STORE = Symbol('SHARED_STORE');
/** The `ByteBudgetStore` of answers in this process. */
export const ANSWER_MEMORY = Symbol('ANSWER_MEMORY');
