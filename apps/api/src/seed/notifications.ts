/** Tells the customers of the latest orders what became of them, in the words that the shop uses itself. */
import type { Random } from './random.js';
import type { SampleOrder } from './sample-shop.js';
import { dayMs } from './superstore.js';

export interface SeedNotification {
  readonly customerCode: string;
  readonly orderNumber: string;
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly createdMs: number;
  readonly readMs: number | undefined;
}

/** Enough that the lists of the latest customers have more than one page. */
const notificationCount = 2_000;
const readShare = 0.75;

/** @param orders by the time at which they were placed. @returns the same by their own time. */
export function notificationsOf(
  orders: readonly SampleOrder[],
  presentMs: number,
  random: Random,
): SeedNotification[] {
  const notifications: SeedNotification[] = [];
  for (const order of orders.toReversed()) {
    if (notifications.length >= notificationCount) break;
    notifications.push(...ofOrder(order, presentMs, random.fork(order.order.number)));
  }
  return notifications.toSorted((a, b) => a.createdMs - b.createdMs);
}

function ofOrder(
  { order, customer, placedMs, shippedMs, deliveredMs }: SampleOrder,
  presentMs: number,
  random: Random,
): SeedNotification[] {
  const { number } = order;
  const told = [
    ['order.placed', `Order ${number} is placed`, 'Thank you. We tell you when it is on its way.', placedMs],
    ['order.shipped', `Order ${number} is on its way`, 'It has left our warehouse.', shippedMs],
    [
      'order.delivered',
      `Order ${number} has arrived`,
      'Tell others how you like what you bought.',
      deliveredMs,
    ],
  ] as const;
  return told.flatMap(([kind, title, body, createdMs]) => {
    const readMs = (createdMs ?? 0) + random.between(0.01, 2) * dayMs;
    const isRead = random.chance(readShare) && readMs <= presentMs;
    if (createdMs === undefined || createdMs > presentMs) return [];
    const read = isRead ? Math.floor(readMs) : undefined;
    return [{ customerCode: customer.code, orderNumber: number, kind, title, body, createdMs, readMs: read }];
  });
}
