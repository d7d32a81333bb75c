/** Tells CDNs which tags an answer depends on, all of them or none: a tag that is dropped is a page that stays stale. */
import { createHash } from 'node:crypto';
import { sfString } from './structured-field.js';

export type SurrogateVendor = 'fastly' | 'cloudflare' | 'cloudfront' | 'varnish' | 'cache-groups';

interface KeySyntax {
  readonly header: string;
  readonly separator: string;
  readonly maxKeyLength: number;
  readonly maxKeys: number;
  readonly maxHeaderBytes: number;
}

/** The least that any of the CDNs allows (CloudFront), so that a tag has one name at all of them. */
const maxKeyLength = 256;

/**
 * What each vendor keeps; beyond it Fastly, Cloudflare and CloudFront drop keys without a word.
 * Fastly: header ≤ 16 KiB, key ≤ 1 KiB. Cloudflare: header ≤ 16 KB, about 1,000 tags. CloudFront: 50 tags; the header's name
 * is free and stands in the distribution's CacheTagConfig. Varnish: a longer line than http_resp_hdr_len, 8 KiB with its name,
 * fails the whole fetch. Cache-Groups (RFC 9875 §2): no cache need support more than 32 groups of 32 characters.
 */
const syntaxOf: Readonly<Record<SurrogateVendor, KeySyntax>> = {
  fastly: { header: 'Surrogate-Key', separator: ' ', maxKeyLength, maxKeys: 8_192, maxHeaderBytes: 16_384 },
  cloudflare: { header: 'Cache-Tag', separator: ',', maxKeyLength, maxKeys: 1_000, maxHeaderBytes: 16_000 },
  cloudfront: { header: 'X-Cache-Tag', separator: ',', maxKeyLength, maxKeys: 50, maxHeaderBytes: 13_000 },
  varnish: { header: 'xkey', separator: ' ', maxKeyLength, maxKeys: 4_096, maxHeaderBytes: 8_000 },
  'cache-groups': {
    header: 'Cache-Groups',
    separator: ', ',
    maxKeyLength: 32,
    maxKeys: 32,
    maxHeaderBytes: 1_200,
  },
};

/** Neither a separator nor a quote, wildcard or escape anywhere, so that a key is written alike in headers, JSON and URLs. */
const plainKey = /^[A-Za-z0-9_.:=&/@|+-]+$/;

/**
 * What a tag is called at a vendor: itself where that is possible, else a name made from its hash. Purging must use the same
 * function. Cloudflare and CloudFront ignore case: two tags may then share a key, which purges too much and never too little.
 */
export function surrogateKey(vendor: SurrogateVendor, tag: string): string {
  if (tag.length <= syntaxOf[vendor].maxKeyLength && plainKey.test(tag)) return tag;
  return `~${createHash('sha256').update(tag).digest('hex').slice(0, 31)}`;
}

/** The next wider tag that covers this one, e.g. `Product` for `Product:7`; undefined for the widest. */
export type CoarserTag = (tag: string) => string | undefined;

/**
 * All that must be purged when these tags change. An answer with too many tags carries wider ones instead, so that whoever
 * purges a tag purges those above it as well; only answers that had to use them are hit.
 */
export function tagsToPurge(tags: Iterable<string>, coarserOf: CoarserTag): ReadonlySet<string> {
  const all = new Set<string>();
  for (const tag of tags) {
    for (
      let wider: string | undefined = tag;
      wider !== undefined && !all.has(wider);
      wider = coarserOf(wider)
    ) {
      all.add(wider);
    }
  }
  return all;
}

export type SurrogateKeys =
  | { readonly kind: 'keyed'; readonly headers: Readonly<Record<string, string>> }
  /** No set of tags fits, or there is none: whatever a CDN stored could not be purged, so that it must not store. */
  | { readonly kind: 'unkeyable'; readonly vendor: SurrogateVendor };

function headerValue(vendor: SurrogateVendor, tags: readonly string[]): string | undefined {
  const { separator, maxKeys, maxHeaderBytes } = syntaxOf[vendor];
  const keys = new Set(tags.map((tag) => surrogateKey(vendor, tag)));
  if (keys.size === 0 || keys.size > maxKeys) return undefined;
  const written = vendor === 'cache-groups' ? Array.from(keys, sfString) : [...keys];
  const value = written.join(separator);
  return value.length <= maxHeaderBytes ? value : undefined;
}

/** Widens every tag by one step and tries again, until the header fits or nothing can be widened any more. */
function fittingValue(
  vendor: SurrogateVendor,
  tags: ReadonlySet<string>,
  coarserOf: CoarserTag,
): string | undefined {
  const value = headerValue(vendor, [...tags]);
  if (value !== undefined) return value;
  const wider = new Set(Array.from(tags, (tag) => coarserOf(tag) ?? tag));
  const isSame = wider.size === tags.size && [...wider].every((tag) => tags.has(tag));
  return isSame ? undefined : fittingValue(vendor, wider, coarserOf);
}

/** @param vendors all that stand before this origin; one that cannot keep the tags forbids all of them to store. */
export function surrogateKeys(
  vendors: readonly SurrogateVendor[],
  tags: Iterable<string>,
  coarserOf: CoarserTag,
): SurrogateKeys {
  const distinct = new Set(tags);
  const headers: Record<string, string> = {};
  for (const vendor of vendors) {
    const value = fittingValue(vendor, distinct, coarserOf);
    if (value === undefined) return { kind: 'unkeyable', vendor };
    headers[syntaxOf[vendor].header] = value;
  }
  return { kind: 'keyed', headers };
}

/** `Cache-Group-Invalidation` for the answer to a mutation (RFC 9875 §3); undefined where the groups do not fit. */
export function cacheGroupInvalidation(tags: Iterable<string>, coarserOf: CoarserTag): string | undefined {
  return headerValue('cache-groups', [...tagsToPurge(tags, coarserOf)]);
}
