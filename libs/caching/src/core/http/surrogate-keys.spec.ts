import { describe, expect, it } from 'vitest';
import {
  cacheGroupInvalidation,
  surrogateKey,
  surrogateKeys,
  tagsToPurge,
  type SurrogateVendor,
} from './surrogate-keys.js';

const vendors: readonly SurrogateVendor[] = ['fastly', 'cloudflare', 'cloudfront', 'varnish', 'cache-groups'];
const coarserOf = (tag: string) => (tag.includes(':') ? tag.slice(0, tag.indexOf(':')) : undefined);
const products = (count: number) => Array.from({ length: count }, (_, index) => `Product:${index}`);
const headersOf = (tags: readonly string[], of: readonly SurrogateVendor[] = vendors) => {
  const keys = surrogateKeys(of, tags, coarserOf);
  return keys.kind === 'keyed' ? keys.headers : keys;
};

describe(surrogateKeys, () => {
  it('writes each tag once, in the syntax of each vendor', () => {
    expect(headersOf(['Product:7', 'list:Review', 'Product:7'])).toEqual({
      'Surrogate-Key': 'Product:7 list:Review',
      'Cache-Tag': 'Product:7,list:Review',
      'X-Cache-Tag': 'Product:7,list:Review',
      xkey: 'Product:7 list:Review',
      'Cache-Groups': '"Product:7", "list:Review"',
    });
  });

  it('widens tags where they are too many, and there only', () => {
    const headers = headersOf([...products(60), 'Shop:1'], ['cloudfront', 'cloudflare']);
    expect(headers).toEqual({
      'X-Cache-Tag': 'Product,Shop',
      'Cache-Tag': [...products(60), 'Shop:1'].join(','),
    });
  });

  it('widens tags where they are too long for the header', () => {
    const tags = products(1_000);
    expect(tags.join(' ').length).toBeGreaterThan(8_000);
    expect(headersOf(tags, ['varnish'])).toEqual({ xkey: 'Product' });
    expect(headersOf(tags, ['fastly'])).toEqual({ 'Surrogate-Key': tags.join(' ') });
  });

  it('forbids CDNs to store what has too many tags that nothing covers, rather than drop one', () => {
    const tags = Array.from({ length: 51 }, (_, index) => `wide${index}`);
    expect(headersOf(tags)).toEqual({ kind: 'unkeyable', vendor: 'cloudfront' });
  });

  it('forbids CDNs to store what has no tag', () => {
    expect(headersOf([])).toEqual({ kind: 'unkeyable', vendor: 'fastly' });
  });
});

describe(surrogateKey, () => {
  it('names a tag that a header cannot hold by its hash, and each such tag differently', () => {
    const odd = ['a b', 'a,b', 'ä', '', 'a"b', '*', '~x', 'a\nb', 'x'.repeat(257)];
    const names = odd.map((tag) => surrogateKey('fastly', tag));
    expect(new Set(names).size).toBe(odd.length);
    for (const name of names) expect(name).toMatch(/^~[0-9a-f]{31}$/);
  });

  it('keeps within 32 characters for cache groups', () => {
    expect(surrogateKey('cache-groups', 'Post.authorId=5&status=published')).toHaveLength(32);
    expect(surrogateKey('cache-groups', 'Post.authorId=5&status=published!')).toMatch(/^~/);
  });
});

describe(tagsToPurge, () => {
  it('takes in every wider tag that an answer may carry instead', () => {
    expect([...tagsToPurge(['Product:7', 'Product:8', 'Shop'], coarserOf)]).toEqual([
      'Product:7',
      'Product',
      'Product:8',
      'Shop',
    ]);
  });

  it('ends where wider tags go round', () => {
    expect([...tagsToPurge(['a'], (tag) => (tag === 'a' ? 'b' : 'a'))]).toEqual(['a', 'b']);
  });
});

describe(cacheGroupInvalidation, () => {
  it('names the groups that a mutation has changed, and none where they do not fit', () => {
    expect(cacheGroupInvalidation(['Product:7'], coarserOf)).toBe('"Product:7", "Product"');
    expect(cacheGroupInvalidation(products(32), coarserOf)).toBeUndefined();
  });
});
