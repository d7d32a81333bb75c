/** One statement for all customers and address books that a request's resolvers ask for together. */
import { CachedEntities, type EntityLoader } from '@app/caching';
import { Injectable } from '@nestjs/common';
import { groupBy, keyBy, RequestLoader } from '../../graphql/request-loader.js';
import type { CustomerAddress } from './customer-address.entity.js';
import { Customer } from './customer.entity.js';
import { CustomersRepository } from './customers.repository.js';

/** Everybody who reads reviews needs their authors, so that they are shared among requests; address books are not. */
@Injectable()
export class CustomerLoader extends RequestLoader<Customer | undefined> {
  readonly #customers: EntityLoader<Customer>;

  constructor(customers: CustomersRepository, entities: CachedEntities) {
    super();
    this.#customers = entities.loader({
      name: 'Customer',
      by: 'customers.id',
      classes: [Customer],
      load: async (ids) => keyBy(await customers.byId(ids), ({ id }) => id),
    });
  }

  protected loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Customer>> {
    return this.#customers.getMany(ids);
  }

  protected missing(): undefined {
    return undefined;
  }
}

@Injectable()
export class AddressBookLoader extends RequestLoader<readonly CustomerAddress[]> {
  constructor(private readonly customers: CustomersRepository) {
    super();
  }

  protected async loadMany(
    customerIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly CustomerAddress[]>> {
    return groupBy(await this.customers.addresses(customerIds), ({ customerId }) => customerId);
  }

  protected missing(): readonly CustomerAddress[] {
    return [];
  }
}
