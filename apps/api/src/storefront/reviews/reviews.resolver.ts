/** Answers for reviews. */
import { EventBus } from '@app/platform';
import { Args, Context, ID, Mutation, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { ownCustomerId } from '../../access/own-customer.js';
import { eventStream } from '../../graphql/event-stream.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { toConnection, type Connection } from '../../graphql/relay/connection.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { PageArgs, toPageRequest } from '../../graphql/relay/page-args.js';
import { forgetLoaded } from '../../graphql/request-loader.js';
import { validated } from '../../graphql/validated.pipe.js';
import { ProductLoader } from '../catalog/catalog.loaders.js';
import { ProductNode } from '../catalog/product.node.js';
import { CustomerLoader } from '../customers/customers.loaders.js';
import {
  AddReviewInput,
  addReviewSchema,
  ReviewConnection,
  ReviewNode,
  ReviewPayload,
} from './review.node.js';
import { ProductReviewsLoader, ReviewsRepository } from './reviews.repository.js';
import { reviewAddedTopic, ReviewsService } from './reviews.service.js';

@Resolver(() => ReviewNode)
export class ReviewsResolver {
  constructor(
    private readonly service: ReviewsService,
    private readonly repository: ReviewsRepository,
    private readonly products: ProductLoader,
    private readonly customers: CustomerLoader,
    private readonly bus: EventBus,
  ) {}

  @Mutation(() => ReviewPayload, {
    description: 'Reviews a product; one review for each customer and product.',
  })
  @Access('customer')
  async addReview(
    @Args('input', { type: () => AddReviewInput }, validated(addReviewSchema)) input: AddReviewInput,
    @Context() context: GraphContext,
  ): Promise<ReviewPayload> {
    const review = await this.service.add(ownCustomerId(context.viewer), input);
    forgetLoaded(context);
    return payloadFor(input, { review: new ReviewNode(review) });
  }

  @Subscription(() => ReviewNode, { description: 'Each new review of the product.' })
  @Access('anonymous')
  reviewAdded(
    @Args('productId', { type: () => ID, description: 'The product’s global id.' }) productId: string,
  ): AsyncIterableIterator<{ reviewAdded: ReviewNode }> {
    const key = nodeKey('Product', productId);
    return eventStream(this.bus, {
      topics: [reviewAddedTopic],
      matches: (event) => event.payload['productId'] === key,
      toValue: async (event) => {
        const [review] = await this.repository.byId([String(event.payload['reviewId'])]);
        return review === undefined ? undefined : { reviewAdded: new ReviewNode(review) };
      },
    });
  }

  @ResolveField(() => ProductNode, { description: 'The product that it is about.' })
  async product(@Parent() { review }: ReviewNode, @Context() context: GraphContext): Promise<ProductNode> {
    const product = await this.products.load(context, review.productId);
    if (product === undefined)
      throw new Error(`Product ${review.productId} of review ${review.id} is missing.`);
    return new ProductNode(product);
  }

  @ResolveField(() => String, {
    description: 'The name of the customer who wrote it; nothing else of him is public.',
  })
  async authorName(@Parent() { review }: ReviewNode, @Context() context: GraphContext): Promise<string> {
    return (await this.customers.load(context, review.customerId))?.name ?? '';
  }
}

@Resolver(() => ProductNode)
export class ProductReviewsResolver {
  constructor(private readonly loader: ProductReviewsLoader) {}

  @ResolveField(() => ReviewConnection, { description: 'Newest first.' })
  async reviews(
    @Parent() { product }: ProductNode,
    @Context() context: GraphContext,
    @Args() page: PageArgs,
  ): Promise<Connection<ReviewNode>> {
    const found = await this.loader.load(context, product.id, 'default', toPageRequest(page));
    return toConnection(found, (review) => new ReviewNode(review));
  }
}
