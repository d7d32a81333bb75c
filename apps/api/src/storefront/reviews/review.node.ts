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

  @Field(() => ID)
  get id(): string {
    return toNodeId('Review', this.review.id);
  }

  @Field(() => Int, { description: '1 to 5.' })
  get rating(): number {
    return this.review.rating;
  }

  @Field(() => String)
  get title(): string {
    return this.review.title;
  }

  @Field(() => String)
  get body(): string {
    return this.review.body;
  }

  @Field(() => GraphQLISODateTime)
  get createdAt(): Date {
    return this.review.createdAt;
  }
}
registerNodeType(ReviewNode, 'Review');

export const ReviewConnection = connectionTypeOf(ReviewNode, 'Review');

@InputType()
export class AddReviewInput extends MutationInput {
  @Field(() => ID)
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

@ObjectType()
export class ReviewPayload extends MutationPayload {
  @Field(() => ReviewNode)
  readonly review: ReviewNode;
}
