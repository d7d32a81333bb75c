/** Customers: who they are, where they live, what they are told. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { NotFound } from '../../access/errors.js';
import { mayRead } from '../../access/viewer.js';
import { NodeSources } from '../../graphql/relay/node-sources.js';
import { RowLoader } from '../../graphql/request-loader.js';
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
    const addresses = new RowLoader((ids) => this.repository.addressesById(ids));
    const notifications = new RowLoader((ids) => this.repository.notificationsById(ids));
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
      find: async (key, context) => {
        const address = await addresses.load(context, key);
        if (address === undefined || !mayRead(context.viewer, address.customerId))
          throw new NotFound('The address');
        return new CustomerAddressNode(address);
      },
    });
    this.nodes.register({
      type: 'Notification',
      find: async (key, context) => {
        const notification = await notifications.load(context, key);
        if (notification === undefined || notification.customerId !== context.viewer.customerId) {
          throw new NotFound('The notification');
        }
        return new NotificationNode(notification);
      },
    });
  }
}
