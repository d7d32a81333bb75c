/** Gives the days of the Superstore their hours, moves them to the present when asked, and says what has happened by then. */
import type { Random } from './random.js';
import { dayMs, type SuperstoreOrder } from './superstore.js';

export type SeedStatus = 'PLACED' | 'SHIPPED' | 'DELIVERED';

export interface OrderTimes {
  readonly placedMs: number;
  /** Undefined while the order has not left the warehouse. */
  readonly shippedMs: number | undefined;
  readonly deliveredMs: number | undefined;
  readonly status: SeedStatus;
}

export interface Timeline {
  /** Days by which everything is moved. */
  readonly shiftDays: number;
  /** The moment at which the data stands still: nothing happens after it. */
  readonly presentMs: number;
}

const hourMs = 3_600_000;

/** Days that a parcel is under way, at least and at most. */
const transitDays: Readonly<Record<string, readonly [number, number]>> = {
  'Same Day': [0, 0],
  'First Class': [1, 2],
  'Second Class': [2, 3],
  'Standard Class': [2, 5],
};

/** @param nowMs is the present when the data is shifted; else the present is the end of the last order's day. */
export function timelineOf(
  orders: readonly SuperstoreOrder[],
  shiftToToday: boolean,
  nowMs: number,
): Timeline {
  const lastDay = orders.reduce((latest, order) => Math.max(latest, order.lines[0]?.orderDay ?? 0), 0);
  if (!shiftToToday) return { shiftDays: 0, presentMs: (lastDay + 1) * dayMs - 1 };
  return { shiftDays: Math.floor(nowMs / dayMs) - lastDay, presentMs: nowMs };
}

/** Draws the same numbers for an order whatever the present is, so that one order does not change the next. */
export function orderTimes(order: SuperstoreOrder, timeline: Timeline, random: Random): OrderTimes {
  const [line] = order.lines;
  if (line === undefined) throw new RangeError(`Order ${order.number} has no lines.`);
  const placedMs = placedAt((line.orderDay + timeline.shiftDays) * dayMs, timeline.presentMs, random);
  const packedMs = shippedAt((line.shipDay + timeline.shiftDays) * dayMs, placedMs, random);
  const arrivedMs = arrivedAt(packedMs, line.shipMode, random);
  if (timeline.shiftDays !== 0 && packedMs > timeline.presentMs) {
    return { placedMs, shippedMs: undefined, deliveredMs: undefined, status: 'PLACED' };
  }
  const hasArrived = arrivedMs <= timeline.presentMs;
  return {
    placedMs,
    shippedMs: packedMs,
    deliveredMs: hasArrived ? arrivedMs : undefined,
    status: hasArrived ? 'DELIVERED' : 'SHIPPED',
  };
}

/** Between six in the morning and eleven at night, mostly in the afternoon; on the last day not after the present. */
function placedAt(dayStartMs: number, presentMs: number, random: Random): number {
  const hours = 6 + 17 * ((random.fraction() + random.fraction()) / 2);
  const placedMs = Math.floor(dayStartMs + hours * hourMs);
  if (placedMs <= presentMs) return placedMs;
  return Math.floor(dayStartMs + (hours / 24) * (presentMs - dayStartMs));
}

/** In the afternoon of the ship date; on the day of the order some time after it. */
function shippedAt(dayStartMs: number, placedMs: number, random: Random): number {
  const share = random.fraction();
  const afternoonMs = Math.floor(dayStartMs + (14 + 6 * share) * hourMs);
  if (afternoonMs > placedMs + hourMs) return afternoonMs;
  const dayEndMs = dayStartMs + dayMs - 1;
  return Math.floor(placedMs + share * (dayEndMs - placedMs));
}

function arrivedAt(shippedMs: number, shipMode: string, random: Random): number {
  const [least, most] = transitDays[shipMode] ?? [2, 5];
  const days = random.integer(least, most);
  const hours = random.between(2, 8);
  return Math.floor(shippedMs + days * dayMs + hours * hourMs);
}
