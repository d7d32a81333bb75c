/** Reviews as everybody sees them, and how one is written. */
import { Field, GraphQLISODateTime, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';
import { mutationInput, MutationInput, MutationPayload } from '../../graphql/mutation-input.js';
import { connectionTypeOf } from '../../graphql/relay/connection.js';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import type { Review } from './review.entity.js';

@ObjectType('Review', { implements: () => [Node], description: 'What a customer thinks of a product.' })
export class ReviewNode extends Node {
  constructor(readonly review: Review) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Review', this.review.id);
  }

  @Field(() => Int, { description: '1 to 5.' })
  get rating(): number {
    return this.review.rating;
  }

  @Field(() => String, { description: 'One line; may be empty.' })
  get title(): string {
    return this.review.title;
  }

  @Field(() => String, { description: 'The rest; may be empty.' })
  get body(): string {
    return this.review.body;
  }

  @Field(() => GraphQLISODateTime, { description: 'When it was written.' })
  get createdAt(): Date {
    return this.review.createdAt;
  }
}
registerNodeType(ReviewNode, 'Review');

export const ReviewConnection = connectionTypeOf(ReviewNode, 'Review');

@InputType({ description: 'A review to add.' })
export class AddReviewInput extends MutationInput {
  @Field(() => ID, { description: 'The product’s global id.' })
  readonly productId: string;

  @Field(() => Int, { description: '1 to 5.' })
  readonly rating: number;

  @Field(() => String, { defaultValue: '', description: '200 characters at most.' })
  readonly title: string;

  @Field(() => String, { defaultValue: '', description: '10,000 characters at most.' })
  readonly body: string;
}

export const addReviewSchema = z.object({
  ...mutationInput,
  productId: z.string(),
  rating: z.number().int().min(1, 'must be 1 to 5').max(5, 'must be 1 to 5'),
  title: z.string().trim().max(200),
  body: z.string().trim().max(10_000),
});

@ObjectType({ description: 'A review that was added.' })
export class ReviewPayload extends MutationPayload {
  @Field(() => ReviewNode, { description: 'The new review.' })
  readonly review: ReviewNode;
}
