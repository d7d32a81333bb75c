/** Tells the signed-in customer of notifications as they are written. */
import { EventBus } from '@app/platform';
import { Context, Resolver, Subscription } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { ownCustomerId } from '../../access/own-customer.js';
import { eventStream } from '../../graphql/event-stream.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { CustomersRepository } from './customers.repository.js';
import { notificationCreatedTopic } from './notifications.js';
import { NotificationNode } from './notification.node.js';

@Resolver()
export class NotificationsSubscription {
  constructor(
    private readonly bus: EventBus,
    private readonly customers: CustomersRepository,
  ) {}

  @Subscription(() => NotificationNode, { description: 'Each new message to the signed-in customer.' })
  @Access('customer')
  notificationReceived(
    @Context() { viewer }: GraphContext,
  ): AsyncIterableIterator<{ notificationReceived: NotificationNode }> {
    const customerId = ownCustomerId(viewer);
    return eventStream(this.bus, {
      topics: [notificationCreatedTopic],
      matches: (event) => event.payload['customerId'] === customerId,
      toValue: async (event) => {
        const [notification] = await this.customers.notificationsById([
          String(event.payload['notificationId']),
        ]);
        return notification === undefined
          ? undefined
          : { notificationReceived: new NotificationNode(notification) };
      },
    });
  }
}
