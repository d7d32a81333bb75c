/** Reads reviews, below many products in one statement. */
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { ChildPageLoader } from '../../graphql/relay/child-page-loader.js';
import type { Page } from '../../graphql/relay/connection.js';
import { KeysetPager, type ChildList } from '../../graphql/relay/keyset-pager.js';
import type { PageRequest } from '../../graphql/relay/page-args.js';
import { Review } from './review.entity.js';

/** Newest first. */
const reviewsOfProducts: ChildList<Review> = {
  entity: Review,
  from: 'reviews t',
  select: 't.*',
  conditions: [],
  parentColumn: 't.product_id',
  order: {
    name: 'REVIEWS_NEWEST',
    columns: [
      { sql: 't.created_at', type: 'timestamptz' },
      { sql: 't.id', type: 'bigint' },
    ],
    descending: true,
  },
};

@Injectable()
export class ReviewsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async byId(ids: readonly string[]): Promise<Review[]> {
    return this.dataSource.getRepository(Review).findBy({ id: In([...ids]) });
  }
}

@Injectable()
export class ProductReviewsLoader extends ChildPageLoader<Review> {
  constructor(private readonly pager: KeysetPager) {
    super();
  }

  protected async readPages(
    productIds: readonly string[],
    _variant: 'default',
    page: PageRequest,
    countOf: (productId: string) => Promise<number>,
  ): Promise<ReadonlyMap<string, Page<Review>>> {
    return this.pager.pagesOf(reviewsOfProducts, productIds, page, countOf);
  }

  protected async readCounts(productIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.pager.countsOf(reviewsOfProducts, productIds);
  }
}
