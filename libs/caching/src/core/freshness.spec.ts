import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withChange } from './change-intervals.js';
import { type EntryHistory, freshness, stateAt } from './freshness.js';
import { unlessInvalidated } from './still-valid.js';
import type { TtlStrategy } from './ttl-strategy.js';

const stored: EntryHistory = { storedAtMs: 1000, lastUsedAtMs: 1000, random: 0.5 };

const anyStrategy: fc.Arbitrary<TtlStrategy> = fc
  .tuple(
    fc.oneof(
      fc.record({ kind: fc.constant('fixed' as const), ttlMs: fc.nat(1e7) }),
      fc.record({ kind: fc.constant('sliding' as const), ttlMs: fc.nat(1e6), maxAgeMs: fc.nat(1e7) }),
      fc.record({
        kind: fc.constant('jittered' as const),
        ttlMs: fc.nat(1e7),
        jitterRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('adaptive' as const), minMs: fc.nat(1000), maxMs: fc.nat(1e7) }),
      fc.record({ kind: fc.constant('event-driven' as const), maxAgeMs: fc.nat(1e8) }),
      fc.record({
        kind: fc.constant('schedule-bound' as const),
        until: fc.constant({ timeZone: 'Europe/Berlin', dailyAt: ['00:00'] }),
        maxAgeMs: fc.nat(1e9),
      }),
    ),
    fc.record(
      { staleWhileRevalidateMs: fc.nat(1e6), staleIfErrorMs: fc.nat(1e6), negativeTtlMs: fc.nat(1e4) },
      { requiredKeys: [] },
    ),
  )
  .map(([strategy, modifiers]) => ({ ...strategy, ...modifiers }));

describe('freshness', () => {
  it('is as long as a fixed TTL says', () => {
    expect(freshness({ kind: 'fixed', ttlMs: 500 }, stored).freshUntilMs).toBe(1500);
  });

  it('slides with each use, up to the greatest age', () => {
    const sliding: TtlStrategy = { kind: 'sliding', ttlMs: 500, maxAgeMs: 2000 };
    expect(freshness(sliding, { ...stored, lastUsedAtMs: 1400 }).freshUntilMs).toBe(1900);
    expect(freshness(sliding, { ...stored, lastUsedAtMs: 2900 }).freshUntilMs).toBe(3000);
  });

  it('is jittered to both sides of the TTL, by the ratio and no more', () => {
    const jittered: TtlStrategy = { kind: 'jittered', ttlMs: 1000, jitterRatio: 0.1 };
    expect(freshness(jittered, { ...stored, random: 0 }).freshUntilMs).toBe(1900);
    expect(freshness(jittered, { ...stored, random: 0.5 }).freshUntilMs).toBe(2000);
    expect(freshness(jittered, { ...stored, random: 1 - 2 ** -53 }).freshUntilMs).toBeCloseTo(2100, 6);
  });

  it('adapts to the time between changes, within its bounds', () => {
    const adaptive: TtlStrategy = { kind: 'adaptive', minMs: 1000, maxMs: 60_000 };
    const changes = [0, 100_000, 200_000].reduce(withChange, undefined);
    const at = { ...stored, storedAtMs: 200_000, observedChanges: changes };
    expect(freshness(adaptive, at).freshUntilMs - 200_000).toBeCloseTo(10_536, 0);
    expect(freshness({ ...adaptive, changeRisk: 0.9 }, at).freshUntilMs).toBe(260_000);
    expect(freshness(adaptive, stored).freshUntilMs).toBe(2000);
  });

  it('lasts until an event comes, and not for ever if none does', () => {
    expect(freshness({ kind: 'event-driven', maxAgeMs: 9000 }, stored).freshUntilMs).toBe(10_000);
  });

  it('ends, with every grace, at the next moment of a schedule', () => {
    const nightly: TtlStrategy = {
      kind: 'schedule-bound',
      until: { timeZone: 'Europe/Berlin', dailyAt: ['00:00'] },
      maxAgeMs: 86_400_000,
      staleWhileRevalidateMs: 60_000,
      staleIfErrorMs: 3_600_000,
    };
    const storedAtMs = Date.parse('2026-07-01T21:59:00Z');
    const midnightMs = Date.parse('2026-07-01T22:00:00Z');
    expect(freshness(nightly, { ...stored, storedAtMs })).toEqual({
      freshUntilMs: midnightMs,
      staleUntilMs: midnightMs,
      errorUntilMs: midnightMs,
    });
  });

  it('is short for answers that hold nothing, and they have no grace', () => {
    const strategy: TtlStrategy = { kind: 'fixed', ttlMs: 60_000, negativeTtlMs: 5000, staleIfErrorMs: 9000 };
    const short = { freshUntilMs: 6000, staleUntilMs: 6000, errorUntilMs: 6000 };
    expect(freshness(strategy, { ...stored, answer: 'empty' })).toEqual(short);
    expect(freshness(strategy, { ...stored, answer: 'not-found' })).toEqual(short);
  });

  it('of an error is nothing unless the strategy grants it', () => {
    const strategy: TtlStrategy = { kind: 'fixed', ttlMs: 60_000 };
    expect(freshness(strategy, { ...stored, answer: 'not-found' }).errorUntilMs).toBe(1000);
    expect(freshness(strategy, { ...stored, answer: 'empty' }).freshUntilMs).toBe(61_000);
  });

  it('comes before every grace, whatever the strategy', () => {
    fc.assert(
      fc.property(
        anyStrategy,
        fc.nat(2e9),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (strategy, storedAtMs, random) => {
          const window = freshness(strategy, {
            storedAtMs,
            lastUsedAtMs: storedAtMs,
            random,
          });
          expect(window.freshUntilMs).toBeGreaterThanOrEqual(storedAtMs);
          expect(window.staleUntilMs).toBeGreaterThanOrEqual(window.freshUntilMs);
          expect(window.errorUntilMs).toBeGreaterThanOrEqual(window.freshUntilMs);
        },
      ),
    );
  });
});

describe('the state of an entry', () => {
  const window = { freshUntilMs: 10, staleUntilMs: 20, errorUntilMs: 30 };

  it('goes from fresh over both graces to expired', () => {
    const valid = unlessInvalidated(window, 'valid');
    expect(valid && [9, 10, 19, 20, 29, 30].map((nowMs) => stateAt(valid, nowMs))).toEqual([
      'fresh',
      'stale-revalidate',
      'stale-revalidate',
      'stale-if-error',
      'stale-if-error',
      'expired',
    ]);
  });

  it('does not exist for an entry that was invalidated, or of which nobody knows', () => {
    expect(unlessInvalidated(window, 'invalidated')).toBeUndefined();
    expect(unlessInvalidated(window, 'unknown')).toBeUndefined();
  });

  it('cannot be asked without the check', () => {
    // @ts-expect-error a window that nobody has checked against invalidations has no state
    expect(stateAt(window, 0)).toBe('fresh');
  });
});
