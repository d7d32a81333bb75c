/** Signs people up and in, for tests that need somebody. */
import { randomBytes } from 'node:crypto';
import { ensureAccount } from '../../apps/api/src/storefront/accounts/ensure-account.js';
import type { Role } from '../../apps/api/src/access/viewer.js';
import type { GraphqlClient } from './graphql-client.js';
import type { RunningApp } from './start-app.js';

const password = 'correct horse battery';

export interface SignedUp {
  readonly client: GraphqlClient;
  readonly email: string;
  readonly password: string;
  readonly customerId: string;
  readonly refreshToken: string;
}

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly customer: { readonly id: string };
}

export async function signUp({ guest }: RunningApp, name = 'Ada Byron'): Promise<SignedUp> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  const { signUp: session } = await guest.data<{ signUp: Session }>(
    `mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken refreshToken customer { id } } }`,
    { input: { email, password, name } },
  );
  return {
    client: guest.as(session.accessToken),
    email,
    password,
    customerId: session.customer.id,
    refreshToken: session.refreshToken,
  };
}

/** A client of somebody who is there already, with a role. A seeded customer keeps his orders. */
export async function signInAs(
  app: RunningApp,
  role: Role,
  email = `${role}@example.com`,
): Promise<GraphqlClient> {
  await ensureAccount(app.dataSource, { email, password, role, name: role });
  const { signIn: session } = await app.guest.data<{ signIn: Session }>(
    `mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken customer { id } } }`,
    { input: { email, password } },
  );
  return app.guest.as(session.accessToken);
}
