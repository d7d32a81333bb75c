/** What is said about carts and orders, how it is checked, and what comes back. */
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { z } from 'zod';
import { mutationInput, MutationInput, MutationPayload } from '../../graphql/mutation-input.js';
import { CartNode } from './cart.node.js';
import { OrderNode } from './order.node.js';

/** Units of one article in a cart or an order; beyond it somebody should talk to sales. */
export const mostUnits = 10_000;

const quantity = z
  .number()
  .int()
  .min(1, 'must be at least 1')
  .max(mostUnits, `must not be above ${mostUnits}`);

@InputType({ description: 'Units to add to the cart.' })
export class AddToCartInput extends MutationInput {
  @Field(() => ID, { description: 'The product’s global id.' })
  readonly productId: string;

  @Field(() => Int, { defaultValue: 1, description: 'Added to what the cart has of it already.' })
  readonly quantity: number;
}

export const addToCartSchema = z.object({ ...mutationInput, productId: z.string(), quantity });

@InputType({ description: 'A cart line and its new quantity.' })
export class UpdateCartLineInput extends MutationInput {
  @Field(() => ID, { description: 'The line’s global id.' })
  readonly cartLineId: string;

  @Field(() => Int, { description: 'Replaces the quantity; 0 removes the line.' })
  readonly quantity: number;
}

export const updateCartLineSchema = z.object({
  ...mutationInput,
  cartLineId: z.string(),
  quantity: z.number().int().min(0, 'must not be negative').max(mostUnits),
});

@InputType({ description: 'A cart line to take out.' })
export class RemoveCartLineInput extends MutationInput {
  @Field(() => ID, { description: 'The line’s global id.' })
  readonly cartLineId: string;
}

export const removeCartLineSchema = z.object({ ...mutationInput, cartLineId: z.string() });

@InputType({ description: 'An address that is written out.' })
export class PostalAddressInput {
  @Field(() => String, { nullable: true, description: 'The customer’s name when it is left out.' })
  readonly recipient?: string | null;

  @Field(() => String, { nullable: true, description: 'Street and number.' })
  readonly street?: string | null;

  @Field(() => String, { description: 'Town.' })
  readonly city: string;

  @Field(() => String, { nullable: true, description: 'State or province.' })
  readonly state?: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  readonly postalCode?: string | null;

  @Field(() => String, { description: 'Country, by name.' })
  readonly country: string;
}

@InputType({
  isOneOf: true,
  description: 'Where to send the order: an entry of the address book, or a new address.',
})
export class ShippingAddressInput {
  @Field(() => ID, {
    nullable: true,
    description: 'An entry of the customer’s address book, by its global id.',
  })
  readonly addressId?: string | null;

  @Field(() => PostalAddressInput, { nullable: true, description: 'An address that is written out.' })
  readonly address?: PostalAddressInput | null;
}

@InputType({ description: 'How to order what is in the cart.' })
export class PlaceOrderInput extends MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Chosen by the client, once for each order it means to place: sent again it answers with the same order.',
  })
  readonly idempotencyKey?: string | null;

  @Field(() => ShippingAddressInput, {
    nullable: true,
    description:
      'When it is left out, the newest entry of the address book or else the address of the last order.',
  })
  readonly shipTo?: ShippingAddressInput | null;
}

const text = (maximum: number) => z.string().trim().min(1, 'must not be empty').max(maximum);

export const placeOrderSchema = z.object({
  ...mutationInput,
  idempotencyKey: text(200).nullish(),
  shipTo: z
    .object({
      addressId: z.string().nullish(),
      address: z
        .object({
          recipient: text(200).nullish(),
          street: text(300).nullish(),
          city: text(200),
          state: text(200).nullish(),
          postalCode: text(40).nullish(),
          country: text(100),
        })
        .nullish(),
    })
    .nullish(),
});

@InputType({ description: 'An order to cancel.' })
export class CancelOrderInput extends MutationInput {
  @Field(() => ID, { description: 'The order’s global id.' })
  readonly orderId: string;
}

export const cancelOrderSchema = z.object({ ...mutationInput, orderId: z.string() });

/** Where staff may move an order to; an order never goes back. */
export enum OrderProgress {
  SHIPPED = 'SHIPPED',
  DELIVERED = 'DELIVERED',
}
registerEnumType(OrderProgress, {
  name: 'OrderProgress',
  description: 'A step that staff may say an order has taken.',
  valuesMap: {
    SHIPPED: { description: 'It has left the warehouse; it must have been PLACED.' },
    DELIVERED: { description: 'It has arrived; it must have been SHIPPED.' },
  },
});

@InputType({ description: 'An order and the step that it has taken.' })
export class UpdateOrderStatusInput extends MutationInput {
  @Field(() => ID, { description: 'The order’s global id.' })
  readonly orderId: string;

  @Field(() => OrderProgress, { description: 'The step that the order has taken.' })
  readonly status: OrderProgress;
}

export const updateOrderStatusSchema = z.object({
  ...mutationInput,
  orderId: z.string(),
  status: z.enum(OrderProgress),
});

@ObjectType({ description: 'A cart that was changed.' })
export class CartPayload extends MutationPayload {
  @Field(() => CartNode, { description: 'The cart after the change.' })
  readonly cart: CartNode;
}

@ObjectType({ description: 'An order that was placed or changed.' })
export class OrderPayload extends MutationPayload {
  @Field(() => OrderNode, { description: 'The order after the change.' })
  readonly order: OrderNode;
}
