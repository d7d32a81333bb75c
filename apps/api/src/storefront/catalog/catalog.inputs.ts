/** What staff may say about products, and how it is checked. */
import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';
import { mutationInput, MutationInput, MutationPayload } from '../../graphql/mutation-input.js';
import { ProductNode } from './product.node.js';

@InputType({ description: 'What to change of a product; fields that are left out stay as they are.' })
export class UpdateProductInput extends MutationInput {
  @Field(() => ID, { description: 'The product’s global id.' })
  readonly id: string;

  @Field(() => String, { nullable: true, description: '1 to 300 characters.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: '20,000 characters at most.' })
  readonly description?: string | null;

  @Field(() => Int, { nullable: true, description: 'In minor units.' })
  readonly price?: number | null;

  @Field(() => ID, { nullable: true, description: 'The global id of the category to move it to.' })
  readonly categoryId?: string | null;
}

export const updateProductSchema = z.object({
  ...mutationInput,
  id: z.string(),
  name: z.string().trim().min(1).max(300).nullish(),
  description: z.string().max(20_000).nullish(),
  price: z.number().int().min(0).max(1_000_000_000).nullish(),
  categoryId: z.string().nullish(),
});

@InputType({ description: 'How many units came in or went out.' })
export class AdjustStockInput extends MutationInput {
  @Field(() => ID, { description: 'The product’s global id.' })
  readonly productId: string;

  @Field(() => Int, {
    description: 'Added to what is there; negative takes away. Stock never falls below 0.',
  })
  readonly delta: number;
}

export const adjustStockSchema = z.object({
  ...mutationInput,
  productId: z.string(),
  delta: z.number().int().min(-1_000_000_000).max(1_000_000_000),
});

@ObjectType({ description: 'A product that was changed.' })
export class ProductPayload extends MutationPayload {
  @Field(() => ProductNode, { description: 'The product after the change.' })
  readonly product: ProductNode;
}
