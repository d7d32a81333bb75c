/** What an answer permits, and how the permissions of its fields become one: the strictest of each kind wins. */

export type CacheScope = 'PUBLIC' | 'PRIVATE';

/** As Apollo writes it: ages in seconds. */
export interface CacheHint {
  readonly maxAge?: number | undefined;
  readonly scope?: CacheScope | undefined;
}

/** What `@cacheControl` may say about a field or type. */
export interface CacheAnnotation extends CacheHint {
  readonly inheritMaxAge?: boolean;
  /** Seconds after `maxAge` in which a stale answer may be served while it is refreshed. */
  readonly swr?: number | undefined;
  /** Seconds after `maxAge` in which a stale answer may be served because the refresh failed. */
  readonly sie?: number | undefined;
  /** Name of a TTL strategy. It may shorten what `maxAge` permits, never lengthen it. */
  readonly strategy?: string | undefined;
}

/** Seconds for root fields and fields of object type of which nothing is said, as Apollo's `defaultMaxAge` and two graces more. */
export interface DefaultAge {
  readonly maxAge: number;
  readonly swr?: number;
  readonly sie?: number;
}

/**
 * Ends are counted from the moment of storing, not from the end of freshness: of two fields with `maxAge 60, swr 0` and
 * `maxAge 10, swr 300` the first forbids everything after second 60, and a minimum of the ends says just that.
 */
export interface CachePolicy {
  /** Infinity as long as no field has said anything. */
  readonly maxAgeSeconds: number;
  readonly scope: CacheScope;
  readonly revalidateUntilSeconds: number;
  readonly errorUntilSeconds: number;
  readonly strategies: readonly string[];
}

export const silentPolicy: CachePolicy = {
  maxAgeSeconds: Infinity,
  scope: 'PUBLIC',
  revalidateUntilSeconds: Infinity,
  errorUntilSeconds: Infinity,
  strategies: [],
};

/** The policy of one field, after its defaults. Without an age of its own it sets no ends: they follow what it inherits from. */
export function policyOfHint(hint: CacheAnnotation): CachePolicy {
  const maxAgeSeconds = hint.maxAge ?? Infinity;
  return {
    maxAgeSeconds,
    scope: hint.scope ?? 'PUBLIC',
    revalidateUntilSeconds: maxAgeSeconds + (hint.swr ?? 0),
    errorUntilSeconds: maxAgeSeconds + (hint.sie ?? 0),
    strategies: hint.strategy === undefined ? [] : [hint.strategy],
  };
}

export function strictest(a: CachePolicy, b: CachePolicy): CachePolicy {
  if (addsNothing(a, b)) return a;
  return {
    maxAgeSeconds: Math.min(a.maxAgeSeconds, b.maxAgeSeconds),
    scope: a.scope === 'PRIVATE' ? 'PRIVATE' : b.scope,
    revalidateUntilSeconds: Math.min(a.revalidateUntilSeconds, b.revalidateUntilSeconds),
    errorUntilSeconds: Math.min(a.errorUntilSeconds, b.errorUntilSeconds),
    strategies: [...new Set([...a.strategies, ...b.strategies])],
  };
}

/** Whether `policy` is already at least as strict as `other`. */
export function addsNothing(policy: CachePolicy, other: CachePolicy): boolean {
  return (
    other.maxAgeSeconds >= policy.maxAgeSeconds &&
    (other.scope === 'PUBLIC' || policy.scope === 'PRIVATE') &&
    other.revalidateUntilSeconds >= policy.revalidateUntilSeconds &&
    other.errorUntilSeconds >= policy.errorUntilSeconds &&
    other.strategies.every((name) => policy.strategies.includes(name))
  );
}

/** An answer of which no field has said anything is not cacheable: silence is no permission. */
export function isCacheable(policy: CachePolicy): boolean {
  return policy.maxAgeSeconds > 0 && policy.maxAgeSeconds < Infinity;
}

/** The header that Apollo Server would send for it, when the answer holds no errors. */
export function cacheControlHeader(policy: CachePolicy): string {
  if (!isCacheable(policy)) return 'no-store';
  return `max-age=${policy.maxAgeSeconds}, ${policy.scope.toLowerCase()}`;
}
