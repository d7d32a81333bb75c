import { describe, expect, it } from 'vitest';
import { cacheHeaders, type CachePolicy, type HeaderContext } from './response-headers.js';

const policy: CachePolicy = {
  scope: 'public',
  ttlMs: 300_000,
  staleWhileRevalidateMs: 30_500,
  staleIfErrorMs: 86_400_000,
  ageMs: 1_001,
};
const context: HeaderContext = {
  vary: [],
  clientMaxAgeMs: 0,
  surrogateKeys: { kind: 'keyed', headers: { xkey: 'Product:7' } },
  cdnLifetimeIn: 'cdn-cache-control',
};

describe(cacheHeaders, () => {
  it('lets a CDN keep a public answer for its lifetime, and clients ask each time', () => {
    expect(cacheHeaders(policy, context)).toEqual({
      'Cache-Control': 'no-cache',
      'CDN-Cache-Control': 'max-age=300, stale-while-revalidate=30, stale-if-error=86400',
      Age: '2',
      Vary: 'Accept-Encoding',
      xkey: 'Product:7',
    });
  });

  it('gives clients a short lifetime where that is wanted, and none beyond that of the answer', () => {
    const briefly = { ...context, clientMaxAgeMs: 5_000 };
    expect(cacheHeaders({ ...policy, ageMs: 10_000 }, briefly)['Cache-Control']).toBe(
      'max-age=15, must-revalidate',
    );
    expect(cacheHeaders({ ...policy, ageMs: 298_000 }, briefly)['Cache-Control']).toBe(
      'max-age=300, must-revalidate',
    );
  });

  it('speaks to CDNs that know s-maxage only, and still makes clients ask', () => {
    const headers = cacheHeaders(
      { ...policy, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 },
      { ...context, cdnLifetimeIn: 's-maxage' },
    );
    expect(headers['Cache-Control']).toBe('max-age=0, must-revalidate, s-maxage=300');
    expect(headers).not.toHaveProperty('CDN-Cache-Control');
  });

  it.each([
    ['stands before this origin', { ...context, surrogateKeys: undefined }, policy],
    [
      'could purge it',
      { ...context, surrogateKeys: { kind: 'unkeyable', vendor: 'fastly' } as const },
      policy,
    ],
    ['would have time to', context, { ...policy, ttlMs: 999 }],
  ])('lets no CDN store where none %s', (_, where, what) => {
    const headers = cacheHeaders(what, where);
    expect(headers['CDN-Cache-Control']).toBe('no-store');
    expect(headers['Cache-Control']).toBe('no-cache');
    expect(headers).not.toHaveProperty('xkey');
  });

  it.each(['cdn-cache-control', 's-maxage'] as const)(
    'keeps private answers out of every shared cache (%s)',
    (cdnLifetimeIn) => {
      expect(cacheHeaders({ ...policy, scope: 'private' }, { ...context, cdnLifetimeIn })).toEqual({
        'Cache-Control': 'private, no-cache',
        'CDN-Cache-Control': 'no-store',
        Vary: 'Accept-Encoding',
      });
    },
  );

  it('forbids everybody to keep what is for nobody', () => {
    expect(cacheHeaders({ ...policy, scope: 'none' }, context)).toEqual({
      'Cache-Control': 'no-store',
      'CDN-Cache-Control': 'no-store',
    });
  });

  it('names the request headers that chose the answer', () => {
    expect(cacheHeaders(policy, { ...context, vary: ['Accept-Language'] })['Vary']).toBe(
      'Accept-Encoding, Accept-Language',
    );
  });
});
