/** Leads from the lines of orders and carts to the products they are about, and from orders to their customers. */
import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { largestAmount, Money } from '../../money/money.js';
import { ProductLoader } from '../catalog/catalog.loaders.js';
import { ProductNode } from '../catalog/product.node.js';
import { CustomerNode } from '../customers/customer.node.js';
import { CustomerLoader } from '../customers/customers.loaders.js';
import { CartLineNode } from './cart.node.js';
import { OrderLineNode, OrderNode } from './order.node.js';
import { CartTooLarge } from './orders.errors.js';

/** A foreign key keeps the row there: its absence is a fault of ours, not an answer. */
export async function productOf(
  loader: ProductLoader,
  context: GraphContext,
  id: string,
): Promise<ProductNode> {
  const product = await loader.load(context, id);
  if (product === undefined) throw new Error(`Product ${id} is missing although a line points at it.`);
  return new ProductNode(product);
}

/** @throws CartTooLarge when a price rose since the article was put in, beyond what a client can be told. */
export function cartMoney(amount: number, currency: string): Money {
  if (amount > largestAmount) throw new CartTooLarge('the total is larger than one order may have');
  return new Money(amount, currency);
}

@Resolver(() => OrderLineNode)
export class OrderLinesResolver {
  constructor(private readonly products: ProductLoader) {}

  @ResolveField(() => ProductNode, { description: 'The product as it is now.' })
  async product(@Parent() { line }: OrderLineNode, @Context() context: GraphContext): Promise<ProductNode> {
    return productOf(this.products, context, line.productId);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'What the shop earned by the line, as an exact decimal in major units. Staff only.',
  })
  @Access('staff')
  profit(@Parent() { line }: OrderLineNode): string | null {
    return line.profit;
  }
}

@Resolver(() => CartLineNode)
export class CartLinesResolver {
  constructor(private readonly products: ProductLoader) {}

  @ResolveField(() => ProductNode, { description: 'The product as it is now.' })
  async product(@Parent() { line }: CartLineNode, @Context() context: GraphContext): Promise<ProductNode> {
    return productOf(this.products, context, line.productId);
  }

  @ResolveField(() => Money, { description: 'At the catalogue’s price of this moment.' })
  async total(@Parent() { line }: CartLineNode, @Context() context: GraphContext): Promise<Money> {
    const { product } = await productOf(this.products, context, line.productId);
    return cartMoney(product.priceMinor * line.quantity, product.currency);
  }
}

@Resolver(() => OrderNode)
export class OrderCustomerResolver {
  constructor(private readonly customers: CustomerLoader) {}

  /** Whoever may read the order may read its customer: he is the customer, or staff. */
  @ResolveField(() => CustomerNode, { description: 'Who ordered it.' })
  async customer(@Parent() { order }: OrderNode, @Context() context: GraphContext): Promise<CustomerNode> {
    const customer = await this.customers.load(context, order.customerId);
    if (customer === undefined)
      throw new Error(`Customer ${order.customerId} of order ${order.id} is missing.`);
    return new CustomerNode(customer);
  }
}
