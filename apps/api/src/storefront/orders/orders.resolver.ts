/** Answers for orders: to their customers and to staff, to nobody else. */
import { EventBus } from '@app/platform';
import {
  Args,
  Context,
  ID,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { NotFound } from '../../access/errors.js';
import { ownCustomerId } from '../../access/own-customer.js';
import { mayRead } from '../../access/viewer.js';
import { eventStream } from '../../graphql/event-stream.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { toConnection, type Connection } from '../../graphql/relay/connection.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { PageArgs, toPageRequest } from '../../graphql/relay/page-args.js';
import { forgetLoaded } from '../../graphql/request-loader.js';
import { validated } from '../../graphql/validated.pipe.js';
import type { Order } from './order.entity.js';
import { orderTopics } from './order.events.js';
import { OrderConnection, OrderLineNode, OrderNode } from './order.node.js';
import {
  CancelOrderInput,
  cancelOrderSchema,
  OrderPayload,
  PlaceOrderInput,
  placeOrderSchema,
  UpdateOrderStatusInput,
  updateOrderStatusSchema,
} from './orders.inputs.js';
import { OrderLinesLoader, OrderLoader } from './orders.loaders.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';

const toNode = (order: Order) => new OrderNode(order);

/** @throws NotFound whether the order is missing or somebody else's. */
export async function readableOrder(
  loader: OrderLoader,
  key: string,
  context: GraphContext,
): Promise<OrderNode> {
  const order = await loader.load(context, key);
  if (order === undefined || !mayRead(context.viewer, order.customerId)) throw new NotFound('The order');
  return toNode(order);
}

@Resolver(() => OrderNode)
export class OrdersResolver {
  constructor(
    private readonly repository: OrdersRepository,
    private readonly service: OrdersService,
    private readonly orders: OrderLoader,
    private readonly orderLines: OrderLinesLoader,
    private readonly bus: EventBus,
  ) {}

  @Query(() => OrderNode, {
    nullable: true,
    description: 'One order of the signed-in customer; staff may read all.',
  })
  @Access('customer')
  async order(
    @Args('id', { type: () => ID, description: 'Its global id.' }) id: string,
    @Context() context: GraphContext,
  ): Promise<OrderNode> {
    return readableOrder(this.orders, nodeKey('Order', id), context);
  }

  @Query(() => OrderConnection, { description: 'The signed-in customer’s orders, newest first.' })
  @Access('customer')
  async myOrders(
    @Args() page: PageArgs,
    @Context() { viewer }: GraphContext,
  ): Promise<Connection<OrderNode>> {
    return toConnection(await this.repository.ofCustomer(ownCustomerId(viewer), toPageRequest(page)), toNode);
  }

  @Mutation(() => OrderPayload, {
    description: 'Orders what is in the cart, at the catalogue’s prices, and empties it.',
  })
  @Access('customer')
  async placeOrder(
    @Args('input', { type: () => PlaceOrderInput }, validated(placeOrderSchema)) input: PlaceOrderInput,
    @Context() context: GraphContext,
  ): Promise<OrderPayload> {
    const order = await this.service.place(ownCustomerId(context.viewer), input);
    forgetLoaded(context);
    return payloadFor(input, { order: toNode(order) });
  }

  @Mutation(() => OrderPayload, { description: 'Cancels an order that has not been shipped.' })
  @Access('customer')
  async cancelOrder(
    @Args('input', { type: () => CancelOrderInput }, validated(cancelOrderSchema)) input: CancelOrderInput,
    @Context() context: GraphContext,
  ): Promise<OrderPayload> {
    const order = await this.service.cancel(context.viewer, input.orderId);
    forgetLoaded(context);
    return payloadFor(input, { order: toNode(order) });
  }

  @Mutation(() => OrderPayload, { description: 'Says that an order was shipped or delivered. Staff only.' })
  @Access('staff')
  async updateOrderStatus(
    @Args('input', { type: () => UpdateOrderStatusInput }, validated(updateOrderStatusSchema))
    input: UpdateOrderStatusInput,
    @Context() context: GraphContext,
  ): Promise<OrderPayload> {
    const order = await this.service.advance(context.viewer, input.orderId, input.status);
    forgetLoaded(context);
    return payloadFor(input, { order: toNode(order) });
  }

  @Subscription(() => OrderNode, { description: 'The order after each change of its status.' })
  @Access('customer')
  async orderStatusChanged(
    @Args('orderId', { type: () => ID, description: 'The order’s global id.' }) orderId: string,
    @Context() context: GraphContext,
  ): Promise<AsyncIterableIterator<{ orderStatusChanged: OrderNode }>> {
    const key = nodeKey('Order', orderId);
    await readableOrder(this.orders, key, context);
    return eventStream(this.bus, {
      topics: [orderTopics.statusChanged],
      matches: (event) => event.payload['orderId'] === key,
      toValue: async () => ({ orderStatusChanged: await readableOrder(this.orders, key, context) }),
    });
  }

  @ResolveField(() => [OrderLineNode], { description: 'Its lines, in the order of the invoice.' })
  async lines(@Parent() { order }: OrderNode, @Context() context: GraphContext): Promise<OrderLineNode[]> {
    const lines = await this.orderLines.load(context, order.id);
    return lines.map((line) => new OrderLineNode(line, order.currency));
  }
}
