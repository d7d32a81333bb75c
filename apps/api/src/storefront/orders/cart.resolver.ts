/** Answers for the signed-in customer's cart. */
import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { ownCustomerId } from '../../access/own-customer.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { Money } from '../../money/money.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { forgetLoaded } from '../../graphql/request-loader.js';
import { validated } from '../../graphql/validated.pipe.js';
import { ProductLoader } from '../catalog/catalog.loaders.js';
import { CustomerNode } from '../customers/customer.node.js';
import { CartLineNode, CartNode } from './cart.node.js';
import { CartService } from './cart.service.js';
import { cartMoney, productOf } from './order-lines.resolver.js';
import {
  AddToCartInput,
  addToCartSchema,
  CartPayload,
  RemoveCartLineInput,
  removeCartLineSchema,
  UpdateCartLineInput,
  updateCartLineSchema,
} from './orders.inputs.js';
import { CartLinesLoader, CartLoader } from './orders.loaders.js';

@Resolver(() => CartNode)
export class CartResolver {
  constructor(
    private readonly cartLoader: CartLoader,
    private readonly carts: CartService,
    private readonly cartLines: CartLinesLoader,
    private readonly products: ProductLoader,
  ) {}

  @Query(() => CartNode, {
    nullable: true,
    description: 'The signed-in customer’s cart; null before anything was added.',
  })
  @Access('customer')
  async cart(@Context() context: GraphContext): Promise<CartNode | null> {
    const cart = await this.cartLoader.load(context, ownCustomerId(context.viewer));
    return cart === undefined ? null : new CartNode(cart);
  }

  @Mutation(() => CartPayload, { description: 'Adds units of a product to the cart.' })
  @Access('customer')
  async addToCart(
    @Args('input', { type: () => AddToCartInput }, validated(addToCartSchema)) input: AddToCartInput,
    @Context() context: GraphContext,
  ): Promise<CartPayload> {
    const cart = await this.carts.add(ownCustomerId(context.viewer), input.productId, input.quantity);
    forgetLoaded(context);
    return payloadFor(input, { cart: new CartNode(cart) });
  }

  @Mutation(() => CartPayload, { description: 'Sets how many units a cart line has.' })
  @Access('customer')
  async updateCartLine(
    @Args('input', { type: () => UpdateCartLineInput }, validated(updateCartLineSchema))
    input: UpdateCartLineInput,
    @Context() context: GraphContext,
  ): Promise<CartPayload> {
    const cart = await this.carts.setQuantity(
      ownCustomerId(context.viewer),
      input.cartLineId,
      input.quantity,
    );
    forgetLoaded(context);
    return payloadFor(input, { cart: new CartNode(cart) });
  }

  @Mutation(() => CartPayload, { description: 'Takes a line out of the cart.' })
  @Access('customer')
  async removeCartLine(
    @Args('input', { type: () => RemoveCartLineInput }, validated(removeCartLineSchema))
    input: RemoveCartLineInput,
    @Context() context: GraphContext,
  ): Promise<CartPayload> {
    const cart = await this.carts.setQuantity(ownCustomerId(context.viewer), input.cartLineId, 0);
    forgetLoaded(context);
    return payloadFor(input, { cart: new CartNode(cart) });
  }

  @ResolveField(() => [CartLineNode], { description: 'In the order in which they were added.' })
  async lines(@Parent() { cart }: CartNode, @Context() context: GraphContext): Promise<CartLineNode[]> {
    return (await this.cartLines.load(context, cart.id)).map((line) => new CartLineNode(line));
  }

  @ResolveField(() => Money, {
    description: 'The sum of the lines at the catalogue’s prices of this moment.',
  })
  async total(@Parent() { cart }: CartNode, @Context() context: GraphContext): Promise<Money> {
    const lines = await this.cartLines.load(context, cart.id);
    const products = await Promise.all(
      lines.map(({ productId }) => productOf(this.products, context, productId)),
    );
    const amount = lines.reduce(
      (sum, line, at) => sum + line.quantity * (products[at]?.product.priceMinor ?? 0),
      0,
    );
    return cartMoney(amount, products[0]?.product.currency ?? 'USD');
  }
}

/** `me { cart }` */
@Resolver(() => CustomerNode)
export class CustomerCartResolver {
  constructor(private readonly carts: CartLoader) {}

  @ResolveField(() => CartNode, {
    nullable: true,
    description: 'What the customer means to buy; null before anything was added.',
  })
  async cart(
    @Parent() { customer }: CustomerNode,
    @Context() context: GraphContext,
  ): Promise<CartNode | null> {
    const cart = await this.carts.load(context, customer.id);
    return cart === undefined ? null : new CartNode(cart);
  }
}
