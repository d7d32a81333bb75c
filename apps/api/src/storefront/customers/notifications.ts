/** Writes a notification with the event that carries it to the customer's open sockets. */
import { appendToOutbox } from '@app/platform';
import type { EntityManager } from 'typeorm';

export const notificationCreatedTopic = 'notification.created';

export interface NewNotification {
  readonly customerId: string;
  readonly kind: string;
  readonly title: string;
  readonly body: string;
  readonly orderId?: string;
}

/**
 * Writes nothing when the customer or the order is gone by now, as after another shop was imported: the event that led here
 * may be older than that, and must not hold up those behind it.
 */
export async function notify(manager: EntityManager, notification: NewNotification): Promise<void> {
  const { customerId, kind, title, body, orderId } = notification;
  const [row] = await manager.query<{ id: string }[]>(
    `INSERT INTO notifications (customer_id, kind, title, body, order_id)
     SELECT $1::bigint, $2, $3, $4, $5::bigint
      WHERE EXISTS (SELECT FROM customers WHERE id = $1::bigint)
        AND ($5::bigint IS NULL OR EXISTS (SELECT FROM orders WHERE id = $5::bigint))
     RETURNING id::text`,
    [customerId, kind, title, body, orderId ?? null],
  );
  if (row === undefined) return;
  await appendToOutbox(manager, {
    topic: notificationCreatedTopic,
    aggregate: `customer:${customerId}`,
    payload: { customerId, notificationId: row.id },
  });
}
