/** Writes the caching headers of an answer: clients must ask again, CDNs may keep it for as long as it can be purged. */
import { sfInteger } from './structured-field.js';
import type { SurrogateKeys } from './surrogate-keys.js';

export interface CachePolicy {
  /** `public` for everybody, `private` for one caller, `none` for nobody but this once. */
  readonly scope: 'public' | 'private' | 'none';
  /** The whole lifetime, counted from when the answer was made. */
  readonly ttlMs: number;
  /** Both apply to answers that have grown old, never to those that were purged. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** How long this cache has held the answer. */
  readonly ageMs: number;
}

export interface HeaderContext {
  /** Request headers other than Accept-Encoding that chose this answer. */
  readonly vary: readonly string[];
  /**
   * How long a browser may use the answer without asking. Nobody can purge a browser: anything above 0 is a time in which
   * it may show what is no longer so, and is only for those who want that.
   */
  readonly clientMaxAgeMs: number;
  /** The tags that a CDN can purge by; undefined where none stands before this origin. */
  readonly surrogateKeys: SurrogateKeys | undefined;
  /** CDNs that do not know the targeted header, CloudFront among them, read `s-maxage`. */
  readonly cdnLifetimeIn: 'cdn-cache-control' | 's-maxage';
}

export type CacheHeaders = Readonly<Record<string, string>>;

const wholeSeconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));

/** RFC 9111 §5.2.2 by name; the stale-* ones are RFC 5861. A directive of 0 seconds says nothing and is left out. */
function lifetime(name: 'max-age' | 's-maxage', policy: CachePolicy): string {
  const stale = [
    ['stale-while-revalidate', wholeSeconds(policy.staleWhileRevalidateMs)],
    ['stale-if-error', wholeSeconds(policy.staleIfErrorMs)],
  ] as const;
  return [
    `${name}=${sfInteger(wholeSeconds(policy.ttlMs))}`,
    ...stale
      .filter(([, seconds]) => seconds > 0)
      .map(([directive, seconds]) => `${directive}=${sfInteger(seconds)}`),
  ].join(', ');
}

/** A stored answer that may be used only after asking (§5.2.2.4): with a strong ETag that costs a 304. */
function clientDirectives(policy: CachePolicy, context: HeaderContext): string {
  // Age counts against max-age at the client as well, so that the remaining lifetime bounds the sum.
  const seconds = wholeSeconds(Math.min(policy.ageMs + context.clientMaxAgeMs, policy.ttlMs));
  return context.clientMaxAgeMs < 1_000 ? 'no-cache' : `max-age=${sfInteger(seconds)}, must-revalidate`;
}

function publicHeaders(policy: CachePolicy, context: HeaderContext): CacheHeaders {
  const keys = context.surrogateKeys;
  const forClients = clientDirectives(policy, context);
  const common = {
    // Rounded up: the age of an answer must never look smaller than it is (RFC 9111 §5.1).
    Age: sfInteger(Math.ceil(Math.max(0, policy.ageMs) / 1_000)),
    Vary: ['Accept-Encoding', ...context.vary].join(', '),
  };
  // What cannot be purged would stay at the CDN until it expires, whatever has changed meanwhile.
  if (keys?.kind !== 'keyed' || wholeSeconds(policy.ttlMs) === 0) {
    return { ...common, 'Cache-Control': forClients, 'CDN-Cache-Control': 'no-store' };
  }
  if (context.cdnLifetimeIn === 's-maxage') {
    // `no-cache` would bind the CDN too; 0 seconds and must-revalidate are the same to a browser and leave s-maxage in force.
    const browser = forClients === 'no-cache' ? 'max-age=0, must-revalidate' : forClients;
    return { ...common, ...keys.headers, 'Cache-Control': `${browser}, ${lifetime('s-maxage', policy)}` };
  }
  // A targeted field wins over Cache-Control at the caches that it is for (RFC 9213 §2.2).
  return {
    ...common,
    ...keys.headers,
    'Cache-Control': forClients,
    'CDN-Cache-Control': lifetime('max-age', policy),
  };
}

function privateHeaders(context: HeaderContext): CacheHeaders {
  return {
    'Cache-Control': 'private, no-cache',
    'CDN-Cache-Control': 'no-store',
    Vary: ['Accept-Encoding', ...context.vary].join(', '),
  };
}

/** `Expires` is never sent: it would say less than Cache-Control, by a clock that may be wrong (RFC 9111 §5.3). */
export function cacheHeaders(policy: CachePolicy, context: HeaderContext): CacheHeaders {
  if (policy.scope === 'public') return publicHeaders(policy, context);
  if (policy.scope === 'private') return privateHeaders(context);
  return { 'Cache-Control': 'no-store', 'CDN-Cache-Control': 'no-store' };
}
