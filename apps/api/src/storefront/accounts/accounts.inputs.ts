/** What is said to sign up and in, how it is checked, and what comes back. */
import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { z } from 'zod';
import { mutationInput, MutationInput, MutationPayload } from '../../graphql/mutation-input.js';
import { CustomerNode } from '../customers/customer.node.js';

@InputType({ description: 'Who opens an account.' })
export class SignUpInput extends MutationInput {
  @Field(() => String, { description: 'One account for each address.' })
  readonly email: string;

  @Field(() => String, { description: '8 to 200 characters.' })
  readonly password: string;

  @Field(() => String, { description: 'What to call the customer.' })
  readonly name: string;
}

export const signUpSchema = z.object({
  ...mutationInput,
  email: z.email('is not an e-mail address').max(254),
  password: z.string().min(8, 'must have at least 8 characters').max(200),
  name: z.string().trim().min(1, 'must not be empty').max(200),
});

@InputType({ description: 'Who signs in.' })
export class SignInInput extends MutationInput {
  @Field(() => String, { description: 'Upper and lower case are the same.' })
  readonly email: string;

  @Field(() => String, { description: 'As it was chosen.' })
  readonly password: string;
}

export const signInSchema = z.object({
  ...mutationInput,
  email: z.string().max(254),
  password: z.string().max(200),
});

@InputType({ description: 'The token to exchange or to end.' })
export class RefreshTokenInput extends MutationInput {
  @Field(() => String, { description: 'As `signIn` or `refreshToken` gave it out.' })
  readonly refreshToken: string;
}

export const refreshTokenSchema = z.object({ ...mutationInput, refreshToken: z.string().max(200) });

@ObjectType({ description: 'A signed-in customer with the tokens that prove it.' })
export class SessionPayload extends MutationPayload {
  @Field(() => String, { description: 'Goes into "Authorization: Bearer …"; good for minutes.' })
  readonly accessToken: string;

  @Field(() => String, { description: 'Exchanges once for a new pair; keep it safe.' })
  readonly refreshToken: string;

  @Field(() => CustomerNode, { description: 'Who is signed in.' })
  readonly customer: CustomerNode;
}

@ObjectType({ description: 'The end of a sign-in.' })
export class SignOutPayload extends MutationPayload {
  @Field(() => Boolean, { description: 'True also when the token was not valid any more.' })
  readonly signedOut: boolean;
}
