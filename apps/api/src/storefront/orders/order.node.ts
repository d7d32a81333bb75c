/** Orders and their lines as clients see them. */
import { Field, Float, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Money } from '../../money/money.js';
import { connectionTypeOf } from '../../graphql/relay/connection.js';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import { PostalAddress } from '../customers/customer.node.js';
import type { Order, OrderLine } from './order.entity.js';

export enum OrderStatusEnum {
  PLACED = 'PLACED',
  SHIPPED = 'SHIPPED',
  DELIVERED = 'DELIVERED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(OrderStatusEnum, {
  name: 'OrderStatus',
  description: 'How far an order has got.',
  valuesMap: {
    PLACED: { description: 'Ordered, and waiting for the warehouse.' },
    SHIPPED: { description: 'On its way.' },
    DELIVERED: { description: 'With its customer.' },
    CANCELLED: { description: 'Given up before it was shipped.' },
  },
});

@ObjectType('OrderLine', {
  implements: () => [Node],
  description: 'One article of an order, as it was sold.',
})
export class OrderLineNode extends Node {
  constructor(
    readonly line: OrderLine,
    private readonly currency: string,
  ) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('OrderLine', this.line.id);
  }

  @Field(() => String, { description: 'The product’s name on the day of the order.' })
  get productName(): string {
    return this.line.productName;
  }

  @Field(() => Int, { description: 'Units.' })
  get quantity(): number {
    return this.line.quantity;
  }

  @Field(() => String, { description: 'Exact decimal in major units, before the discount.' })
  get unitPrice(): string {
    return this.line.unitPrice;
  }

  @Field(() => Float, { description: '0 to 1.' })
  get discount(): number {
    return Number(this.line.discount);
  }

  @Field(() => Money, { description: 'What was charged for the line.' })
  get total(): Money {
    return new Money(this.line.amountMinor, this.currency, this.line.amount);
  }
}
registerNodeType(OrderLineNode, 'OrderLine');

@ObjectType('Order', { implements: () => [Node], description: 'A sale, seen by its customer or by staff.' })
export class OrderNode extends Node {
  constructor(readonly order: Order) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Order', this.order.id);
  }

  @Field(() => String, { description: 'The number on the invoice.' })
  get number(): string {
    return this.order.number;
  }

  @Field(() => OrderStatusEnum, { description: 'How far it has got.' })
  get status(): string {
    return this.order.status;
  }

  @Field(() => Money, {
    description: 'The sum of the lines as they are shown; `exact` is the sum of their exact amounts.',
  })
  get total(): Money {
    return new Money(this.order.totalMinor, this.order.currency, this.order.total);
  }

  @Field(() => PostalAddress, { description: 'Where it is sent, as it was on the day of the order.' })
  get shippingAddress(): PostalAddress {
    return new PostalAddress(this.order);
  }

  @Field(() => String, { description: 'e.g. `Standard Class`.' })
  get shipMode(): string {
    return this.order.shipMode;
  }

  @Field(() => GraphQLISODateTime, { description: 'When it was ordered.' })
  get placedAt(): Date {
    return this.order.placedAt;
  }

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'When it left the warehouse; null before.',
  })
  get shippedAt(): Date | null {
    return this.order.shippedAt;
  }

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When it arrived; null before.' })
  get deliveredAt(): Date | null {
    return this.order.deliveredAt;
  }

  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'When it was cancelled; null if it was not.',
  })
  get cancelledAt(): Date | null {
    return this.order.cancelledAt;
  }
}
registerNodeType(OrderNode, 'Order');

export const OrderConnection = connectionTypeOf(OrderNode, 'Order');
