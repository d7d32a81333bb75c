/** Answers for the signed-in customer: himself, his addresses, his notifications. */
import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { ownCustomerId } from '../../access/own-customer.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { toConnection, type Connection } from '../../graphql/relay/connection.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { PageArgs, toPageRequest } from '../../graphql/relay/page-args.js';
import { validated } from '../../graphql/validated.pipe.js';
import { CustomerAddressNode, CustomerNode } from './customer.node.js';
import { AddressBookLoader, CustomerLoader } from './customers.loaders.js';
import { CustomersRepository } from './customers.repository.js';
import {
  MarkNotificationsReadInput,
  MarkNotificationsReadPayload,
  markNotificationsReadSchema,
  NotificationConnection,
  NotificationNode,
} from './notification.node.js';

@Resolver(() => CustomerNode)
export class CustomersResolver {
  constructor(
    private readonly repository: CustomersRepository,
    private readonly customers: CustomerLoader,
    private readonly addressBooks: AddressBookLoader,
  ) {}

  @Query(() => CustomerNode, {
    nullable: true,
    description: 'The signed-in customer; null for everybody else.',
  })
  @Access('anonymous')
  async me(@Context() context: GraphContext): Promise<CustomerNode | null> {
    const { customerId } = context.viewer;
    const customer = customerId === undefined ? undefined : await this.customers.load(context, customerId);
    return customer === undefined ? null : new CustomerNode(customer);
  }

  @ResolveField(() => [CustomerAddressNode], {
    description: 'The customer’s address book, oldest entry first.',
  })
  async addresses(
    @Parent() { customer }: CustomerNode,
    @Context() context: GraphContext,
  ): Promise<CustomerAddressNode[]> {
    const addresses = await this.addressBooks.load(context, customer.id);
    return addresses.map((address) => new CustomerAddressNode(address));
  }

  @Query(() => NotificationConnection, { description: 'Messages to the signed-in customer, newest first.' })
  @Access('customer')
  async notifications(
    @Context() context: GraphContext,
    @Args() page: PageArgs,
    @Args('unreadOnly', {
      type: () => Boolean,
      nullable: true,
      defaultValue: false,
      description: 'Only those that were not read yet.',
    })
    unreadOnly?: boolean | null,
  ): Promise<Connection<NotificationNode>> {
    const found = await this.repository.notifications(
      ownCustomerId(context.viewer),
      unreadOnly ?? false,
      toPageRequest(page),
    );
    return toConnection(found, (notification) => new NotificationNode(notification));
  }

  @Mutation(() => MarkNotificationsReadPayload, {
    description: 'Marks notifications as read, all or the given ones.',
  })
  @Access('customer')
  async markNotificationsRead(
    @Args('input', { type: () => MarkNotificationsReadInput }, validated(markNotificationsReadSchema))
    input: MarkNotificationsReadInput,
    @Context() context: GraphContext,
  ): Promise<MarkNotificationsReadPayload> {
    const ids = input.ids?.map((id) => nodeKey('Notification', id));
    const markedCount = await this.repository.markNotificationsRead(ownCustomerId(context.viewer), ids);
    return payloadFor(input, { markedCount });
  }
}
