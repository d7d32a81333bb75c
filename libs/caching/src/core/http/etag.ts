/** Names an answer by its content, so that a client that has it already gets a 304, and never for anything else. */
import { hash as digest } from 'node:crypto';
import type { ContentCoding } from './accept-encoding.js';

/** 22 base64url characters are 132 bits: two different answers never share them by chance. */
const hashLength = 22;

/** A hash of the request, as others use, would let the old and the new content share a tag. */
export function contentHash(body: Uint8Array): string {
  return digest('sha256', body, 'base64url').slice(0, hashLength);
}

/**
 * A strong tag names bytes, and each coding has its own (RFC 9110 §8.8.3.3). Two nodes may compress with different effort;
 * that is harmless as long as no part of a coded answer is served (§14), which this cache never does.
 */
export function etagOf(hash: string, coding: ContentCoding): string {
  return coding === 'identity' ? `"${hash}"` : `"${hash}-${coding}"`;
}

export type Precondition =
  | { readonly kind: 'modified' }
  /** `etag` goes into the 304: it must be the tag of what the client keeps (RFC 9110 §15.4.5). */
  | { readonly kind: 'not-modified'; readonly etag: string };

const entityTag = /[\t ]*(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")[\t ]*(?:,|$)/y;

/** RFC 9110 §8.8.3; undefined for what is no list of tags. A tag may contain commas, so that splitting there would be wrong. */
function opaqueTags(header: string): ReadonlySet<string> | undefined {
  const tags = new Set<string>();
  entityTag.lastIndex = 0;
  while (entityTag.lastIndex < header.length) {
    const tag = entityTag.exec(header)?.[1];
    if (tag === undefined) return undefined;
    tags.add(tag);
  }
  return tags;
}

/**
 * Evaluates If-None-Match by weak comparison (RFC 9110 §13.1.2).
 *
 * Which coding is sent is the server's choice among those that the client accepts now. A client that holds the answer in any
 * of them is therefore told to keep it, by the tag of that very coding, even if another would have been chosen for a first
 * answer. A tag of a coding that it no longer accepts does not count: the answer that it names could not be sent.
 *
 * @param acceptable the codings that this request accepts, the best first.
 */
export function evaluateIfNoneMatch(
  header: string | undefined,
  hash: string,
  acceptable: readonly ContentCoding[],
): Precondition {
  if (header === undefined) return { kind: 'modified' };
  if (header.trim() === '*') return { kind: 'not-modified', etag: etagOf(hash, acceptable[0] ?? 'identity') };
  const held = opaqueTags(header);
  if (held === undefined) return { kind: 'modified' };
  for (const coding of acceptable) {
    const etag = etagOf(hash, coding);
    if (held.has(etag)) return { kind: 'not-modified', etag };
  }
  return { kind: 'modified' };
}
