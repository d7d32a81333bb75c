import { describe, expect, it } from 'vitest';
import { cacheStatus } from './cache-status.js';

describe(cacheStatus, () => {
  it('tells a hit and how long it will be one', () => {
    expect(cacheStatus({ kind: 'hit', ttlMs: 59_999 })).toBe('swiftlet; hit; ttl=59');
  });

  it('tells by a negative lifetime that a hit was stale on purpose', () => {
    expect(cacheStatus({ kind: 'hit', ttlMs: -1 })).toBe('swiftlet; hit; ttl=-1');
  });

  it('names the tag that an answer was invalidated by', () => {
    const why = { kind: 'invalidated', tag: 'Product:7' } as const;
    expect(cacheStatus({ kind: 'stored', why, ttlMs: 60_000 })).toBe(
      'swiftlet; fwd=stale; stored; ttl=60; detail="invalidated-by=Product:7"',
    );
  });

  it('cannot be broken out of by a tag', () => {
    const why = { kind: 'invalidated', tag: 'x", evil; hit\r\nSet-Cookie: a=b' } as const;
    expect(cacheStatus({ kind: 'not-stored', why })).toBe(
      String.raw`swiftlet; fwd=stale; detail="invalidated-by=x\", evil; hit%0D%0ASet-Cookie: a=b"`,
    );
  });

  it.each([
    ['never-stored', 'uri-miss'],
    ['vary', 'vary-miss'],
    ['expired', 'stale'],
    ['unsynced', 'miss'],
    ['scope', 'bypass'],
    ['method', 'method'],
    ['request', 'request'],
    ['partial', 'partial'],
  ] as const)('says that %s went forward as %s', (kind, forwarded) => {
    expect(cacheStatus({ kind: 'not-stored', why: { kind } })).toBe(
      `swiftlet; fwd=${forwarded}; detail=${kind}`,
    );
  });

  it('says why an answer was not kept, and the same reason once only', () => {
    const why = { kind: 'expired' } as const;
    expect(cacheStatus({ kind: 'not-stored', why, refusal: 'changed-meanwhile' })).toBe(
      'swiftlet; fwd=stale; detail="expired, not stored: changed-meanwhile"',
    );
    expect(cacheStatus({ kind: 'not-stored', why: { kind: 'scope' }, refusal: 'scope' })).toBe(
      'swiftlet; fwd=bypass; detail=scope',
    );
  });

  it('tells a request that waited for another, with its key and under another name', () => {
    const outcome = { kind: 'collapsed', why: { kind: 'never-stored' }, key: 'q"1' } as const;
    expect(cacheStatus(outcome, 'node 1')).toBe(
      String.raw`"node 1"; fwd=uri-miss; collapsed; key="q\"1"; detail=never-stored`,
    );
  });
});
