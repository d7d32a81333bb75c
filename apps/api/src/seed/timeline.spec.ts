import { describe, expect, it } from 'vitest';
import { Random } from './random.js';
import { dayMs, type SuperstoreLine, type SuperstoreOrder } from './superstore.js';
import { orderTimes, timelineOf } from './timeline.js';

const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / dayMs;

function order(placed: string, shipped: string, shipMode = 'Standard Class'): SuperstoreOrder {
  const line = {
    orderDay: day(placed),
    shipDay: day(shipped),
    shipMode,
  } as Partial<SuperstoreLine> as SuperstoreLine;
  return { number: placed, lines: [line] };
}

const orders = [order('2014-01-03', '2014-01-07'), order('2017-12-30', '2018-01-03')];
const nowMs = Date.parse('2026-03-04T00:10:00Z');

describe('timelineOf', () => {
  it('moves by whole days, so that the last order falls on today', () => {
    expect(timelineOf(orders, true, nowMs)).toEqual({
      shiftDays: day('2026-03-04') - day('2017-12-30'),
      presentMs: nowMs,
    });
  });

  it('stands still at the end of the last day when nothing is moved', () => {
    expect(timelineOf(orders, false, nowMs)).toEqual({
      shiftDays: 0,
      presentMs: Date.parse('2017-12-30T23:59:59.999Z'),
    });
  });
});

describe('orderTimes', () => {
  it.each(['Same Day', 'First Class', 'Second Class', 'Standard Class'])(
    'places, ships and delivers %s in that order, on the given days',
    (shipMode) => {
      const timeline = timelineOf(orders, false, nowMs);
      for (let seed = 0; seed < 200; seed += 1) {
        const sameDay = shipMode === 'Same Day';
        const times = orderTimes(
          order('2016-05-02', sameDay ? '2016-05-02' : '2016-05-04', shipMode),
          timeline,
          new Random(seed),
        );
        expect(Math.floor(times.placedMs / dayMs)).toBe(day('2016-05-02'));
        expect(Math.floor((times.shippedMs ?? 0) / dayMs)).toBe(day(sameDay ? '2016-05-02' : '2016-05-04'));
        expect(times.shippedMs).toBeGreaterThan(times.placedMs);
        expect(times.deliveredMs).toBeGreaterThan(times.shippedMs ?? Infinity);
        expect(times.status).toBe('DELIVERED');
      }
    },
  );

  it('never places an order of today after now, however early in the day it is', () => {
    const timeline = timelineOf(orders, true, nowMs);
    for (let seed = 0; seed < 200; seed += 1) {
      const times = orderTimes(order('2017-12-30', '2018-01-03'), timeline, new Random(seed));
      expect(times.placedMs).toBeLessThanOrEqual(nowMs);
      expect(Math.floor(times.placedMs / dayMs)).toBe(day('2026-03-04'));
      expect(times).toMatchObject({ status: 'PLACED', shippedMs: undefined, deliveredMs: undefined });
    }
  });

  it('keeps the ship date of the last days when nothing is moved', () => {
    const times = orderTimes(
      order('2017-12-30', '2018-01-03'),
      timelineOf(orders, false, nowMs),
      new Random(1),
    );
    expect(times).toMatchObject({ status: 'SHIPPED', deliveredMs: undefined });
    expect(Math.floor((times.shippedMs ?? 0) / dayMs)).toBe(day('2018-01-03'));
  });
});
