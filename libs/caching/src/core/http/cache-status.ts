/** Says in one header how the cache dealt with a request and, where it had no answer, why (Cache-Status, RFC 9211). */
import { sfInteger, sfString, sfTokenOrString } from './structured-field.js';

/** Why the cache itself could not answer. */
export type MissReason =
  | { readonly kind: 'never-stored' }
  /** There are answers to this operation, but none for this caller's variant. */
  | { readonly kind: 'vary' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalidated'; readonly tag: string }
  /** The node has lost touch with the invalidation log and trusts nothing that it holds. */
  | { readonly kind: 'unsynced' }
  /** The answer belongs to nobody in particular or to nobody at all: it may not be shared. */
  | { readonly kind: 'scope' }
  | { readonly kind: 'method' }
  /** The client asked past the cache, e.g. by `Cache-Control: no-cache`. */
  | { readonly kind: 'request' }
  /** Some of the fields were cached and the rest was executed. */
  | { readonly kind: 'partial' };

/** Why an answer that was made now is not kept. */
export type StoreRefusal = 'changed-meanwhile' | 'errors' | 'scope' | 'too-large' | 'not-admitted';

export type CacheOutcome =
  /** `ttlMs` is negative for an answer that was served stale on purpose (RFC 9211 §2.4). */
  | { readonly kind: 'hit'; readonly ttlMs: number; readonly key?: string }
  | { readonly kind: 'stored'; readonly why: MissReason; readonly ttlMs: number; readonly key?: string }
  | { readonly kind: 'not-stored'; readonly why: MissReason; readonly refusal?: StoreRefusal }
  /** Waited for the same answer that another request was already making. */
  | { readonly kind: 'collapsed'; readonly why: MissReason; readonly key?: string };

/** RFC 9211 §2.2; an invalidated answer is "stale" there: one was selected and could not be used. */
const forwardReason: Readonly<Record<MissReason['kind'], string>> = {
  'never-stored': 'uri-miss',
  vary: 'vary-miss',
  expired: 'stale',
  invalidated: 'stale',
  unsynced: 'miss',
  scope: 'bypass',
  method: 'method',
  request: 'request',
  partial: 'partial',
};

function detailOf(why: MissReason, refusal?: StoreRefusal): string {
  const cause = why.kind === 'invalidated' ? `invalidated-by=${why.tag}` : why.kind;
  return refusal === undefined || refusal === why.kind ? cause : `${cause}, not stored: ${refusal}`;
}

/** Whole seconds, rounded down: the header never promises more than there is. */
function ttlParameter(ttlMs: number): string {
  return `ttl=${sfInteger(Math.floor(ttlMs / 1_000))}`;
}

function parametersOf(outcome: CacheOutcome): string[] {
  if (outcome.kind === 'hit') return ['hit', ttlParameter(outcome.ttlMs)];
  const forwarded = `fwd=${forwardReason[outcome.why.kind]}`;
  if (outcome.kind === 'stored') return [forwarded, 'stored', ttlParameter(outcome.ttlMs)];
  return outcome.kind === 'collapsed' ? [forwarded, 'collapsed'] : [forwarded];
}

/** @param cacheName tells this cache from those before it, which append their own member to the list. */
export function cacheStatus(outcome: CacheOutcome, cacheName = 'swiftlet'): string {
  const parameters = parametersOf(outcome);
  if ('key' in outcome && outcome.key !== undefined) parameters.push(`key=${sfString(outcome.key)}`);
  if (outcome.kind !== 'hit') {
    const refusal = outcome.kind === 'not-stored' ? outcome.refusal : undefined;
    parameters.push(`detail=${sfTokenOrString(detailOf(outcome.why, refusal))}`);
  }
  return [sfTokenOrString(cacheName), ...parameters].join('; ');
}
