/** Answers for what changes with every sale, each read by itself: who does not ask for it keeps his answer. */
import { Context, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphContext } from '../../graphql/graph-context.js';
import { InStockLoader, StockLoader, UnitsSoldLoader } from './catalog.loaders.js';
import { ProductNode } from './product.node.js';

@Resolver(() => ProductNode)
export class ProductCountersResolver {
  constructor(
    private readonly stockLevels: StockLoader,
    private readonly available: InStockLoader,
    private readonly sold: UnitsSoldLoader,
  ) {}

  @ResolveField(() => Int, { description: 'Units that can be ordered now.' })
  stock(@Parent() { product }: ProductNode, @Context() context: GraphContext): Promise<number> {
    return this.stockLevels.load(context, product.id);
  }

  @ResolveField(() => Boolean, { description: 'Whether at least one unit can be ordered now.' })
  inStock(@Parent() { product }: ProductNode, @Context() context: GraphContext): Promise<boolean> {
    return this.available.load(context, product.id);
  }

  @ResolveField(() => Int, { description: 'Units sold so far, cancelled orders left out.' })
  unitsSold(@Parent() { product }: ProductNode, @Context() context: GraphContext): Promise<number> {
    return this.sold.load(context, product.id);
  }
}
