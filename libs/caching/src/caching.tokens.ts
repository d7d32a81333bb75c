/** Injection tokens for what is not a class. */
export const CACHING_OPTIONS = Symbol('CACHING_OPTIONS');
/** Prefix of all keys: the option's, and the history of the database that answers are made from. */
export const CACHE_NAMESPACE = Symbol('CACHE_NAMESPACE');
/** The cache's own ioredis connection, or undefined on a single node without Redis. */
export const CACHE_REDIS = Symbol('CACHE_REDIS');
/** The `InvalidationLog`. */
export const INVALIDATION_LOG = Symbol('INVALIDATION_LOG');
/** The `SharedStore`. */
export const SHARED_STORE = Symbol('SHARED_STORE');
/** The `ByteBudgetStore` of answers in this process. */
export const ANSWER_MEMORY = Symbol('ANSWER_MEMORY');
/** The `WarmFleet`: what nodes that serve a schema have in common. */
export const WARM_FLEET = Symbol('WARM_FLEET');
/** Makes the `HitWatchers`, once the application can be asked again. */
export const START_HIT_WATCHERS = Symbol('START_HIT_WATCHERS');
/** The `Cdn` before this origin, or undefined where there is none. */
export const CDN = Symbol('CDN');
/** The `ByteBudgetStore` of values below whole answers. */
export const VALUE_MEMORY = Symbol('VALUE_MEMORY');
