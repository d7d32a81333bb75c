/** A product as clients see it. */
import { Field, Float, GraphQLISODateTime, ID, Int, ObjectType } from '@nestjs/graphql';
import { Money } from '../../money/money.js';
import { connectionTypeOf } from '../../graphql/relay/connection.js';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import type { Product } from './product.entity.js';

@ObjectType({ description: 'A property of a product, e.g. its colour.' })
export class ProductAttribute {
  @Field(() => String, { description: 'e.g. `colour`' })
  readonly name: string;

  @Field(() => String, { description: 'e.g. `black`' })
  readonly value: string;
}

@ObjectType('Product', { implements: () => [Node], description: 'An article of the shop.' })
export class ProductNode extends Node {
  constructor(readonly product: Product) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Product', this.product.id);
  }

  @Field(() => String, { description: 'Stock keeping unit, unique in the shop.' })
  get sku(): string {
    return this.product.sku;
  }

  @Field(() => Money, { description: 'What one unit costs now.' })
  get price(): Money {
    return new Money(this.product.priceMinor, this.product.currency);
  }

  @Field(() => [ProductAttribute], { description: 'Free properties such as colour or size.' })
  get attributes(): ProductAttribute[] {
    return Object.entries(this.product.attributes).map(([name, value]) => ({ name, value }));
  }

  @Field(() => Float, { description: 'Mean of all ratings, 1 to 5; 0 while there are none.' })
  get ratingAverage(): number {
    return this.product.ratingAverage;
  }

  @Field(() => Int, { description: 'How many ratings there are.' })
  get ratingCount(): number {
    return this.product.ratingCount;
  }

  @Field(() => GraphQLISODateTime, { description: 'When it came into the catalogue.' })
  get createdAt(): Date {
    return this.product.createdAt;
  }

  @Field(() => GraphQLISODateTime, { description: 'When its texts, price or category last changed.' })
  get updatedAt(): Date {
    return this.product.updatedAt;
  }
}
registerNodeType(ProductNode, 'Product');

export const ProductConnection = connectionTypeOf(ProductNode, 'Product');
