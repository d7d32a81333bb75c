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

export async function notify(manager: EntityManager, notification: NewNotification): Promise<void> {
  const { customerId, kind, title, body, orderId } = notification;
  const [row] = await manager.query<{ id: string }[]>(
    `INSERT INTO notifications (customer_id, kind, title, body, order_id)
     VALUES ($1, $2, $3, $4, $5) RETURNING id::text`,
    [customerId, kind, title, body, orderId ?? null],
  );
  await appendToOutbox(manager, {
    topic: notificationCreatedTopic,
    aggregate: `customer:${customerId}`,
    payload: { customerId, notificationId: row?.id },
  });
}
