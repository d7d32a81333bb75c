import { describe, expect, it } from 'vitest';
import { contentHash, etagOf, evaluateIfNoneMatch } from './etag.js';

const hash = contentHash(Buffer.from('{"data":{}}'));
const unchanged = (etag: string) => ({ kind: 'not-modified', etag });
const modified = { kind: 'modified' };

describe('ETag', () => {
  it('is another for each content and each coding', () => {
    expect(hash).toMatch(/^[\w-]{22}$/);
    expect(contentHash(Buffer.from('{"data":{} }'))).not.toBe(hash);
    const tags = (['identity', 'gzip', 'br', 'zstd'] as const).map((coding) => etagOf(hash, coding));
    expect(tags).toEqual([`"${hash}"`, `"${hash}-gzip"`, `"${hash}-br"`, `"${hash}-zstd"`]);
  });
});

describe(evaluateIfNoneMatch, () => {
  it('is modified without the header, for another content, and for what is no list of tags', () => {
    for (const header of [undefined, '', '"other"', hash, `"${hash}`, `"other" "${hash}"`, '*, "x"']) {
      expect(evaluateIfNoneMatch(header, hash, ['identity'])).toEqual(modified);
    }
  });

  it('compares weakly, since a proxy that compresses weakens the tag', () => {
    expect(evaluateIfNoneMatch(`W/"${hash}"`, hash, ['identity'])).toEqual(unchanged(`"${hash}"`));
  });

  it('finds its tag in a list, whose members may contain commas', () => {
    const header = `"a,b" ,W/"",\t"${hash}"`;
    expect(evaluateIfNoneMatch(header, hash, ['identity'])).toEqual(unchanged(`"${hash}"`));
  });

  it('takes * for anything that there is', () => {
    expect(evaluateIfNoneMatch(' * ', hash, ['br', 'identity'])).toEqual(unchanged(`"${hash}-br"`));
  });

  it('lets a client keep the answer in any coding that it still accepts, and names that one', () => {
    const header = `"${hash}-gzip"`;
    expect(evaluateIfNoneMatch(header, hash, ['br', 'gzip', 'identity'])).toEqual(unchanged(header));
  });

  it('is modified for a coding that the client no longer accepts', () => {
    expect(evaluateIfNoneMatch(`"${hash}-br"`, hash, ['gzip', 'identity'])).toEqual(modified);
  });

  it('stays linear on a header made to be slow', () => {
    const header = `${'"a",'.repeat(4_000)}"`;
    expect(evaluateIfNoneMatch(header, hash, ['identity'])).toEqual(modified);
  });
});
