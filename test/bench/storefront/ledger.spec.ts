import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.js';

const made = 'swiftlet; fwd=uri-miss; stored; ttl=3600; detail=never-stored';
const hit = 'swiftlet; hit; ttl=3599';
const ended = 'swiftlet; fwd=stale; stored; ttl=3600; detail="invalidated-by=products[id=7]"';

describe('the ledger of a workload', () => {
  it('blames nobody for what is asked for the first time', () => {
    const ledger = new Ledger();
    ledger.note({ kind: 'product', key: '7', body: 'a', cacheStatus: made });
    ledger.note({ kind: 'product', key: '7', body: 'a', cacheStatus: hit });
    expect(ledger.total).toEqual({ requests: 2, hits: 1, bestHits: 1, losses: { 'first asked': 1 } });
  });

  it('tells an answer that has changed from one that was given up needlessly', () => {
    const ledger = new Ledger();
    ledger.note({ kind: 'product', key: '7', body: 'a', cacheStatus: made });
    ledger.note({ kind: 'product', key: '7', body: 'b', cacheStatus: ended });
    ledger.note({ kind: 'product', key: '7', body: 'b', cacheStatus: ended });
    expect(ledger.total.losses).toEqual({ 'first asked': 1, changed: 1, 'needlessly invalidated': 1 });
    expect(ledger.total.bestHits).toBe(1);
    expect([...ledger.needless]).toEqual([['product ← products', 1]]);
  });

  it('counts answers made ahead of the asker as more than a cache alone can do', () => {
    const ledger = new Ledger();
    ledger.note({ kind: 'cart', key: '1', body: 'a', cacheStatus: made });
    ledger.note({ kind: 'cart', key: '1', body: 'b', cacheStatus: hit });
    expect(ledger.total).toMatchObject({ hits: 1, bestHits: 0 });
  });
});
