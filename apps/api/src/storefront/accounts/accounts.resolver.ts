/** Answers what is said at the door. */
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor, type MutationInput } from '../../graphql/mutation-input.js';
import { validated } from '../../graphql/validated.pipe.js';
import { CustomerNode } from '../customers/customer.node.js';
import {
  RefreshTokenInput,
  refreshTokenSchema,
  SessionPayload,
  SignInInput,
  signInSchema,
  SignOutPayload,
  SignUpInput,
  signUpSchema,
} from './accounts.inputs.js';
import { AccountsService, type Session } from './accounts.service.js';

function toPayload(input: MutationInput, { accessToken, refreshToken, customer }: Session): SessionPayload {
  return payloadFor(input, { accessToken, refreshToken, customer: new CustomerNode(customer) });
}

@Resolver()
export class AccountsResolver {
  constructor(private readonly accounts: AccountsService) {}

  @Mutation(() => SessionPayload, { description: 'Opens an account and signs it in.' })
  @Access('anonymous')
  async signUp(
    @Args('input', { type: () => SignUpInput }, validated(signUpSchema)) input: SignUpInput,
  ): Promise<SessionPayload> {
    return toPayload(input, await this.accounts.signUp(input));
  }

  @Mutation(() => SessionPayload, { description: 'Signs in with e-mail and password.' })
  @Access('anonymous')
  async signIn(
    @Args('input', { type: () => SignInInput }, validated(signInSchema)) input: SignInInput,
    @Context() { clientAddress }: GraphContext,
  ): Promise<SessionPayload> {
    return toPayload(input, await this.accounts.signIn(input, clientAddress()));
  }

  @Mutation(() => SessionPayload, {
    description:
      'Exchanges a refresh token for a new pair. Each is good for one use: a second use ends the sign-in.',
  })
  @Access('anonymous')
  async refreshToken(
    @Args('input', { type: () => RefreshTokenInput }, validated(refreshTokenSchema)) input: RefreshTokenInput,
  ): Promise<SessionPayload> {
    return toPayload(input, await this.accounts.refresh(input.refreshToken));
  }

  @Mutation(() => SignOutPayload, { description: 'Ends the sign-in that the refresh token came out of.' })
  @Access('anonymous')
  async signOut(
    @Args('input', { type: () => RefreshTokenInput }, validated(refreshTokenSchema)) input: RefreshTokenInput,
  ): Promise<SignOutPayload> {
    await this.accounts.signOut(input.refreshToken);
    return payloadFor(input, { signedOut: true });
  }
}
