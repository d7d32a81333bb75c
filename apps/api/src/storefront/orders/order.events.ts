/** All that follows from what happens to orders, in one place. */
import { OutboxRelay, type DomainEvent, type NewDomainEvent, type OutboxConsumer } from '@app/platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { notify, type NewNotification } from '../customers/notifications.js';
import type { Order, OrderStatus } from './order.entity.js';

export const orderTopics = { placed: 'order.placed', statusChanged: 'order.status_changed' } as const;

export interface OrderEventPayload {
  readonly orderId: string;
  readonly customerId: string;
  readonly number: string;
  readonly status: OrderStatus;
}

export function orderEvent(topic: string, { id, customerId, number, status }: Order): NewDomainEvent {
  const payload: OrderEventPayload = { orderId: id, customerId, number, status };
  return { topic, aggregate: `order:${id}`, payload: { ...payload } };
}

/** Placed or changed: the customer finds a notification. Live subscribers hear of both by the event bus. */
function notificationOf({ topic, payload }: DomainEvent): NewNotification | undefined {
  if (topic !== orderTopics.placed && topic !== orderTopics.statusChanged) return undefined;
  const { orderId, customerId, number, status } = payload as unknown as OrderEventPayload;
  // An event may have been written by a newer version of this code, with a status that this one does not know.
  const texts: Readonly<Partial<Record<OrderStatus, readonly [kind: string, title: string, body: string]>>> =
    {
      PLACED: ['order.placed', `Order ${number} is placed`, 'Thank you. We tell you when it is on its way.'],
      SHIPPED: ['order.shipped', `Order ${number} is on its way`, 'It has left our warehouse.'],
      DELIVERED: [
        'order.delivered',
        `Order ${number} has arrived`,
        'Tell others how you like what you bought.',
      ],
      CANCELLED: ['order.cancelled', `Order ${number} is cancelled`, 'Nothing will be sent or charged.'],
    };
  const text = texts[status];
  if (text === undefined) return undefined;
  const [kind, title, body] = text;
  return { customerId, orderId, kind, title, body };
}

/** Writes notifications with the transaction that keeps the consumer's place: each exactly once, whatever dies. */
@Injectable()
export class OrderNotifications implements OutboxConsumer<EntityManager>, OnApplicationBootstrap {
  readonly name = 'order-notifications';

  constructor(private readonly relay: OutboxRelay<EntityManager>) {}

  onApplicationBootstrap(): void {
    this.relay.register(this);
  }

  async consume(events: readonly DomainEvent[], manager: EntityManager): Promise<void> {
    for (const event of events) {
      const notification = notificationOf(event);
      if (notification !== undefined) await notify(manager, notification);
    }
  }
}
