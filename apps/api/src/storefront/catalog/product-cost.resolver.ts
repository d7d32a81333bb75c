/** Answers what only the shop's own people may see of a product. */
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { ProductNode } from './product.node.js';

@Resolver(() => ProductNode)
export class ProductCostResolver {
  @ResolveField(() => String, {
    nullable: true,
    description: 'What a unit costs the shop, as an exact decimal in major units. Staff only.',
  })
  @Access('staff')
  cost(@Parent() { product }: ProductNode): string | null {
    return product.cost;
  }
}
