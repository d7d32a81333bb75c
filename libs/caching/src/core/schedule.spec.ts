import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextMomentMs, type Schedule } from './schedule.js';

const at = (iso: string) => Date.parse(iso);
const next = (schedule: Schedule, after: string) => new Date(nextMomentMs(schedule, at(after))).toISOString();
const berlin = (...dailyAt: string[]): Schedule => ({ timeZone: 'Europe/Berlin', dailyAt });

describe('the next moment of a schedule', () => {
  it('is local midnight, in winter and in summer', () => {
    expect(next(berlin('00:00'), '2026-01-10T12:00:00Z')).toBe('2026-01-10T23:00:00.000Z');
    expect(next(berlin('00:00'), '2026-07-10T12:00:00Z')).toBe('2026-07-10T22:00:00.000Z');
  });

  it('is never the moment itself', () => {
    expect(next(berlin('00:00'), '2026-07-10T22:00:00Z')).toBe('2026-07-11T22:00:00.000Z');
  });

  it('is the nearest of several times', () => {
    expect(next(berlin('18:00', '06:30'), '2026-07-10T12:00:00Z')).toBe('2026-07-10T16:00:00.000Z');
    expect(next(berlin('18:00', '06:30'), '2026-07-10T16:00:00Z')).toBe('2026-07-11T04:30:00.000Z');
  });

  it('is the change of the clock when the clock skips the time', () => {
    expect(next(berlin('02:30'), '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next(berlin('02:30'), '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('is both when the clock shows the time twice', () => {
    expect(next(berlin('02:30'), '2026-10-24T23:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next(berlin('02:30'), '2026-10-25T00:30:00Z')).toBe('2026-10-25T01:30:00.000Z');
  });

  it('keeps to its weekdays as the zone counts them', () => {
    const mondays: Schedule = { timeZone: 'Asia/Tokyo', dailyAt: ['00:00'], weekdays: [1] };
    expect(next(mondays, '2026-11-24T12:00:00Z')).toBe('2026-11-29T15:00:00.000Z');
    expect(next(mondays, '2026-11-29T15:00:00Z')).toBe('2026-12-06T15:00:00.000Z');
  });

  it('holds in zones of half hours, of half-hour summers, and where a whole day was skipped', () => {
    expect(next({ timeZone: 'Asia/Kolkata', dailyAt: ['00:00'] }, '2026-01-01T00:00:00Z')).toBe(
      '2026-01-01T18:30:00.000Z',
    );
    expect(next({ timeZone: 'Australia/Lord_Howe', dailyAt: ['02:15'] }, '2026-10-03T15:00:00Z')).toBe(
      '2026-10-03T15:30:00.000Z',
    );
    expect(next({ timeZone: 'Pacific/Apia', dailyAt: ['12:00'] }, '2011-12-30T00:00:00Z')).toBe(
      '2011-12-30T10:00:00.000Z',
    );
  });

  it('is the same whether it was asked for before or not', () => {
    const schedule = berlin('02:30', '18:00');
    const moments = fc.integer({ min: at('2026-10-20'), max: at('2026-10-30') });
    fc.assert(
      fc.property(moments, (afterMs) => {
        expect(nextMomentMs(schedule, afterMs)).toBe(nextMomentMs({ ...schedule }, afterMs));
      }),
      { seed: 5 },
    );
  });

  it('lies ahead, at most 25 hours away, and shows its time unless the clock changes there', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'UTC',
      'Asia/Kathmandu',
      'Australia/Sydney',
    );
    const time = fc.tuple(fc.nat(23), fc.nat(59)).map(([h, m]) => `${pad(h)}:${pad(m)}`);
    const after = fc.integer({ min: at('2020-01-01'), max: at('2030-01-01') });
    fc.assert(
      fc.property(zone, time, after, (timeZone, dailyAt, afterMs) => {
        const momentMs = nextMomentMs({ timeZone, dailyAt: [dailyAt] }, afterMs);
        expect(momentMs).toBeGreaterThan(afterMs);
        expect(momentMs - afterMs).toBeLessThanOrEqual(25 * 3_600_000);
        const shows = (ms: number) =>
          new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short', hourCycle: 'h23' }).format(ms);
        const skipped = minutes(shows(momentMs)) - minutes(shows(momentMs - 1)) > 1;
        expect(shows(momentMs) === dailyAt || skipped).toBe(true);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

const pad = (value: number) => String(value).padStart(2, '0');
const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
