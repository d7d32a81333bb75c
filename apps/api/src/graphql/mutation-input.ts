/** What every mutation's input and answer have in common. */
import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';

@InputType({ isAbstract: true })
export abstract class MutationInput {
  @Field(() => String, { nullable: true, description: 'Comes back in the answer, unread.' })
  readonly clientMutationId?: string | null;
}

/** To be spread into an input's schema. */
export const mutationInput = { clientMutationId: z.string().max(200).nullish() };

@ObjectType({ isAbstract: true })
export abstract class MutationPayload {
  @Field(() => String, { nullable: true, description: 'As it was sent.' })
  readonly clientMutationId: string | null;
}

/** The answer to an input. */
export function payloadFor<Fields extends object>(
  input: MutationInput,
  fields: Fields,
): Fields & { readonly clientMutationId: string | null } {
  return { ...fields, clientMutationId: input.clientMutationId ?? null };
}
