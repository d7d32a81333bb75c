/** Reviews. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { NodeSources } from '../../graphql/relay/node-sources.js';
import { RowLoader } from '../../graphql/request-loader.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { ReviewNode } from './review.node.js';
import { ProductReviewsLoader, ReviewsRepository } from './reviews.repository.js';
import { ProductReviewsResolver, ReviewsResolver } from './reviews.resolver.js';
import { ReviewsService } from './reviews.service.js';

@Module({
  imports: [CatalogModule, CustomersModule],
  providers: [
    ReviewsRepository,
    ProductReviewsLoader,
    ReviewsService,
    ReviewsResolver,
    ProductReviewsResolver,
  ],
})
export class ReviewsModule implements OnModuleInit {
  constructor(
    private readonly nodes: NodeSources,
    private readonly reviews: ReviewsRepository,
  ) {}

  onModuleInit(): void {
    const loader = new RowLoader((ids) => this.reviews.byId(ids));
    this.nodes.register({
      type: 'Review',
      find: async (key, context) => {
        const review = await loader.load(context, key);
        return review === undefined ? undefined : new ReviewNode(review);
      },
    });
  }
}
