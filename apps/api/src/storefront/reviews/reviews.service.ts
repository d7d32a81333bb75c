/** Adds reviews and keeps the product's mean rating with them. */
import { AppError, appendToOutbox, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { NotFound } from '../../access/errors.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { Product } from '../catalog/product.entity.js';
import { Review } from './review.entity.js';
import type { AddReviewInput } from './review.node.js';

export const reviewAddedTopic = 'review.added';

export class AlreadyReviewed extends AppError {
  readonly code = 'ALREADY_REVIEWED';
  readonly kind = 'CONFLICT';

  constructor() {
    super('You have reviewed this product already.');
  }
}

const oneReviewEach = 'reviews_product_id_customer_id_key';

@Injectable()
export class ReviewsService {
  constructor(private readonly transactions: Transactions) {}

  /** @throws NotFound @throws AlreadyReviewed */
  async add(customerId: string, input: AddReviewInput): Promise<Review> {
    const productId = nodeKey('Product', input.productId);
    const { rating, title, body } = input;
    try {
      return await this.transactions.run(async (manager) => {
        // Locked before the mean is taken: of two reviews at once neither may miss the other.
        const product = await manager.findOne(Product, {
          where: { id: productId },
          lock: { mode: 'pessimistic_write' },
        });
        if (product === null) throw new NotFound('The product');
        const { identifiers } = await manager.insert(Review, { productId, customerId, rating, title, body });
        await manager.query(
          `UPDATE products SET (rating_average, rating_count) =
             (SELECT avg(rating), count(*) FROM reviews WHERE product_id = $1) WHERE id = $1`,
          [productId],
        );
        const review = await manager.findOneByOrFail(Review, { id: String(identifiers[0]?.['id']) });
        await appendToOutbox(manager, {
          topic: reviewAddedTopic,
          aggregate: `product:${productId}`,
          payload: { reviewId: review.id, productId },
        });
        return review;
      });
    } catch (error) {
      const { constraint } =
        error instanceof QueryFailedError ? (error.driverError as { constraint?: string }) : {};
      if (constraint === oneReviewEach) throw new AlreadyReviewed();
      throw error;
    }
  }
}
