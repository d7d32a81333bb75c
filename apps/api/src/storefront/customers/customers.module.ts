/** Customers: who they are, where they live, what they are told. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { NotFound } from '../../access/errors.js';
import { mayRead } from '../../access/viewer.js';
import { NodeSources } from '../../graphql/relay/node-sources.js';
import { CustomerAddressNode, CustomerNode } from './customer.node.js';
import { AddressBookLoader, CustomerLoader } from './customers.loaders.js';
import { CustomersRepository } from './customers.repository.js';
import { CustomersResolver } from './customers.resolver.js';
import { NotificationNode } from './notification.node.js';
import { NotificationsSubscription } from './notifications.subscription.js';

@Module({
  providers: [
    CustomersRepository,
    CustomerLoader,
    AddressBookLoader,
    CustomersResolver,
    NotificationsSubscription,
  ],
  exports: [CustomersRepository, CustomerLoader],
})
export class CustomersModule implements OnModuleInit {
  constructor(
    private readonly nodes: NodeSources,
    private readonly customers: CustomerLoader,
    private readonly repository: CustomersRepository,
  ) {}

  onModuleInit(): void {
    this.nodes.register({
      type: 'Customer',
      find: async (key, context) => {
        const customer = mayRead(context.viewer, key) ? await this.customers.load(context, key) : undefined;
        if (customer === undefined) throw new NotFound('The customer');
        return new CustomerNode(customer);
      },
    });
    this.nodes.register({
      type: 'CustomerAddress',
      find: async (key, { viewer }) => {
        const address = await this.repository.address(key);
        if (address === undefined || !mayRead(viewer, address.customerId)) throw new NotFound('The address');
        return new CustomerAddressNode(address);
      },
    });
    this.nodes.register({
      type: 'Notification',
      find: async (key, { viewer }) => {
        const notification = await this.repository.notification(key);
        if (notification === undefined || notification.customerId !== viewer.customerId) {
          throw new NotFound('The notification');
        }
        return new NotificationNode(notification);
      },
    });
  }
}
