/** Tells clients of products, prices and stock as they change. */
import { EventBus, type DomainEvent } from '@app/platform';
import {
  Args,
  Context,
  Field,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { InvalidInput } from '../../access/errors.js';
import { eventStream } from '../../graphql/event-stream.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { Money } from '../../money/money.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { catalogTopics, type PriceChangedPayload } from './catalog.events.js';
import { ProductLoader, StockLoader } from './catalog.loaders.js';
import { CatalogRepository } from './catalog.repository.js';
import { ProductNode } from './product.node.js';

const mostProducts = 100;

@InputType({ description: 'Which price changes to hear of; all conditions must hold.' })
export class PriceChangeFilter {
  @Field(() => [ID], { nullable: true, description: `Only of these products, ${mostProducts} at most.` })
  readonly productIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only in this category or one below it.' })
  readonly categoryId?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Only when it fell by at least this much of what it was, 0 to 1.',
  })
  readonly minDrop?: number | null;
}

@ObjectType({ description: 'A product’s price has changed.' })
export class PriceChange {
  @Field(() => ProductNode, { description: 'The product as it is now.' })
  readonly product: ProductNode;

  @Field(() => Money, { description: 'The new price.' })
  readonly price: Money;

  @Field(() => Money, { description: 'The price until now.' })
  readonly previousPrice: Money;
}

@ObjectType({ description: 'A product’s stock has changed.' })
export class StockChange {
  @Field(() => ProductNode, { description: 'The product as it is now.' })
  readonly product: ProductNode;

  @Field(() => Int, { description: 'Units that can be ordered after the change.' })
  readonly available: number;
}

type Stream<Field extends string, Value> = AsyncIterableIterator<Readonly<Record<Field, Value>>>;

@Resolver()
export class CatalogSubscriptions {
  constructor(
    private readonly bus: EventBus,
    private readonly products: ProductLoader,
    private readonly stock: StockLoader,
    private readonly catalog: CatalogRepository,
  ) {}

  @Subscription(() => ProductNode, {
    description: 'The product after each change of its texts, price, category or stock.',
  })
  @Access('anonymous')
  productChanged(
    @Args('id', { type: () => ID, description: 'Its global id.' }) id: string,
    @Context() context: GraphContext,
  ): Stream<'productChanged', ProductNode> {
    const key = nodeKey('Product', id);
    return eventStream(this.bus, {
      topics: [catalogTopics.productUpdated, catalogTopics.stockChanged],
      matches: (event) => event.payload['productId'] === key,
      toValue: async (event) => this.#withProduct(context, event, (product) => ({ productChanged: product })),
    });
  }

  @Subscription(() => StockChange, { description: 'Each change of stock of the given products.' })
  @Access('anonymous')
  stockChanged(
    @Args('productIds', { type: () => [ID], description: 'Global ids, 1 to 100.' }) productIds: string[],
    @Context() context: GraphContext,
  ): Stream<'stockChanged', StockChange> {
    const keys = productKeys(productIds);
    return eventStream(this.bus, {
      topics: [catalogTopics.stockChanged],
      matches: (event) => keys.has(String(event.payload['productId'])),
      toValue: async (event) => {
        // Read anew: orders that overlap are told in the order in which they began, and the last level told must be right.
        const available = await this.stock.load(context, String(event.payload['productId']));
        return this.#withProduct(context, event, (product) => ({ stockChanged: { product, available } }));
      },
    });
  }

  @Subscription(() => PriceChange, { description: 'Each change of a price that the filter lets through.' })
  @Access('anonymous')
  async priceChanged(
    @Context() context: GraphContext,
    @Args('filter', {
      type: () => PriceChangeFilter,
      nullable: true,
      description: 'All of it when it is left out.',
    })
    filter?: PriceChangeFilter | null,
  ): Promise<Stream<'priceChanged', PriceChange>> {
    const matches = await this.#priceFilter(filter ?? {});
    return eventStream(this.bus, {
      topics: [catalogTopics.priceChanged],
      matches: (event) => matches(event.payload as unknown as PriceChangedPayload),
      toValue: async (event) => {
        const change = event.payload as unknown as PriceChangedPayload;
        return this.#withProduct(context, event, (product) => ({
          priceChanged: {
            product,
            price: new Money(change.priceMinor, change.currency),
            previousPrice: new Money(change.previousPriceMinor, change.currency),
          },
        }));
      },
    });
  }

  async #priceFilter(filter: PriceChangeFilter): Promise<(change: PriceChangedPayload) => boolean> {
    const { productIds, categoryId, minDrop } = filter;
    const keys = productIds === undefined || productIds === null ? undefined : productKeys(productIds);
    let categories: ReadonlySet<string> | undefined;
    if (categoryId !== undefined && categoryId !== null) {
      const key = nodeKey('Category', categoryId);
      categories = new Set((await this.catalog.subtrees([key])).get(key));
    }
    return ({ productId, categoryId: category, priceMinor, previousPriceMinor }) =>
      (keys === undefined || keys.has(productId)) &&
      (categories === undefined || categories.has(category)) &&
      (minDrop === undefined ||
        minDrop === null ||
        previousPriceMinor - priceMinor >= minDrop * previousPriceMinor);
  }

  async #withProduct<Value>(
    context: GraphContext,
    event: DomainEvent,
    toValue: (product: ProductNode) => Value,
  ): Promise<Value | undefined> {
    const product = await this.products.load(context, String(event.payload['productId']));
    return product === undefined ? undefined : toValue(new ProductNode(product));
  }
}

function productKeys(ids: readonly string[]): ReadonlySet<string> {
  if (ids.length === 0 || ids.length > mostProducts) {
    throw new InvalidInput(`\`productIds\` must have 1 to ${mostProducts} entries.`);
  }
  return new Set(ids.map((id) => nodeKey('Product', id)));
}
