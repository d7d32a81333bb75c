/** Carts as their customers see them. */
import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import type { Cart, CartLine } from './cart.entity.js';

@ObjectType('CartLine', { implements: () => [Node], description: 'One article in a cart.' })
export class CartLineNode extends Node {
  constructor(readonly line: CartLine) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('CartLine', this.line.id);
  }

  @Field(() => Int, { description: 'Units.' })
  get quantity(): number {
    return this.line.quantity;
  }
}
registerNodeType(CartLineNode, 'CartLine');

@ObjectType('Cart', { implements: () => [Node], description: 'What the signed-in customer means to buy.' })
export class CartNode extends Node {
  constructor(readonly cart: Cart) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Cart', this.cart.id);
  }
}
registerNodeType(CartNode, 'Cart');
