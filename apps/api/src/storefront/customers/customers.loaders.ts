/** One statement for all customers and address books that a request's resolvers ask for together. */
import { Injectable } from '@nestjs/common';
import { groupBy, keyBy, RequestLoader } from '../../graphql/request-loader.js';
import type { CustomerAddress } from './customer-address.entity.js';
import type { Customer } from './customer.entity.js';
import { CustomersRepository } from './customers.repository.js';

@Injectable()
export class CustomerLoader extends RequestLoader<Customer | undefined> {
  constructor(private readonly customers: CustomersRepository) {
    super();
  }

  protected async loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Customer>> {
    return keyBy(await this.customers.byId(ids), ({ id }) => id);
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
