/** Signs customers up, in and out, and keeps them signed in. */
import { appendToOutbox, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError } from 'typeorm';
import type { Role } from '../../access/viewer.js';
import { Customer } from '../customers/customer.entity.js';
import { AccessTokens } from './access-tokens.js';
import { Account } from './account.entity.js';
import { EmailTaken, InvalidRefreshToken, WrongCredentials } from './accounts.errors.js';
import type { SignInInput, SignUpInput } from './accounts.inputs.js';
import { hashPassword, passwordMatches } from './passwords.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SignInThrottle } from './sign-in-throttle.js';

export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly customer: Customer;
}

interface Credentials {
  readonly customer: Customer;
  readonly account: Account;
}

function isEmailTaken(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    (error.driverError as { constraint?: unknown } | undefined)?.constraint === 'customers_by_email'
  );
}

@Injectable()
export class AccountsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly dataSource: DataSource,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly throttle: SignInThrottle,
  ) {}

  /** @throws EmailTaken */
  async signUp({ email, password, name }: SignUpInput): Promise<Session> {
    const passwordHash = await hashPassword(password);
    try {
      return await this.transactions.run(async (manager) => {
        const { identifiers } = await manager.insert(Customer, { email, name });
        const customer = await manager.findOneByOrFail(Customer, { id: String(identifiers[0]?.['id']) });
        await manager.insert(Account, { customerId: customer.id, passwordHash, role: 'customer' });
        await appendToOutbox(manager, {
          topic: 'customer.signed_up',
          aggregate: `customer:${customer.id}`,
          payload: { customerId: customer.id },
        });
        const refreshToken = await this.refreshTokens.begin(manager, customer.id);
        return this.#session(customer, 'customer', refreshToken);
      });
    } catch (error) {
      if (isEmailTaken(error)) throw new EmailTaken();
      throw error;
    }
  }

  /** @throws WrongCredentials @throws TooManySignIns */
  async signIn({ email, password }: SignInInput, clientAddress: string): Promise<Session> {
    const credentials = await this.throttle.attempt(email, clientAddress, async () => {
      const found = await this.#credentialsOf(email);
      return (await passwordMatches(found?.account.passwordHash, password)) ? found : undefined;
    });
    if (credentials === undefined) throw new WrongCredentials();
    const { customer, account } = credentials;
    const refreshToken = await this.transactions.run((manager) =>
      this.refreshTokens.begin(manager, customer.id),
    );
    return this.#session(customer, account.role, refreshToken);
  }

  /** @throws InvalidRefreshToken */
  async refresh(token: string): Promise<Session> {
    const exchange = await this.transactions.run((manager) => this.refreshTokens.exchange(manager, token));
    if (exchange.kind === 'refused') throw new InvalidRefreshToken();
    const { customerId } = exchange;
    const [customer, account] = await Promise.all([
      this.dataSource.manager.findOneByOrFail(Customer, { id: customerId }),
      this.dataSource.manager.findOneByOrFail(Account, { customerId }),
    ]);
    return this.#session(customer, account.role, exchange.refreshToken);
  }

  async signOut(token: string): Promise<void> {
    await this.transactions.run((manager) => this.refreshTokens.revoke(manager, token));
  }

  async #credentialsOf(email: string): Promise<Credentials | undefined> {
    const customer = await this.dataSource
      .getRepository(Customer)
      .createQueryBuilder('customer')
      .where('lower(customer.email) = lower(:email)', { email })
      .getOne();
    if (customer === null) return undefined;
    const account = await this.dataSource.manager.findOneBy(Account, { customerId: customer.id });
    return account === null ? undefined : { customer, account };
  }

  async #session(customer: Customer, role: Role, refreshToken: string): Promise<Session> {
    return {
      customer,
      refreshToken,
      accessToken: await this.accessTokens.issue({ customerId: customer.id, role }),
    };
  }
}
