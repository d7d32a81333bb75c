/** Customers as clients see them: everything to themselves and to staff, to others the name only. */
import { Field, GraphQLISODateTime, ID, ObjectType } from '@nestjs/graphql';
import { toNodeId } from '../../graphql/relay/node-id.js';
import { Node, registerNodeType } from '../../graphql/relay/node.interface.js';
import type { CustomerAddress } from './customer-address.entity.js';
import type { Customer } from './customer.entity.js';
import type { PostalAddressColumns } from './postal-address.js';

@ObjectType('PostalAddress', { description: 'Where something is sent.' })
export class PostalAddress {
  constructor(protected readonly columns: PostalAddressColumns) {}

  @Field(() => String, { description: 'Who receives it.' })
  get recipient(): string {
    return this.columns.recipient;
  }

  @Field(() => String, { nullable: true, description: 'Street and number.' })
  get street(): string | null {
    return this.columns.street;
  }

  @Field(() => String, { description: 'Town.' })
  get city(): string {
    return this.columns.city;
  }

  @Field(() => String, { nullable: true, description: 'State or province.' })
  get state(): string | null {
    return this.columns.state;
  }

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  get postalCode(): string | null {
    return this.columns.postalCode;
  }

  @Field(() => String, { description: 'Country, by name.' })
  get country(): string {
    return this.columns.country;
  }
}

@ObjectType('CustomerAddress', {
  implements: () => [Node],
  description: 'An entry of a customer’s address book.',
})
export class CustomerAddressNode extends Node {
  constructor(private readonly row: CustomerAddress) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('CustomerAddress', this.row.id);
  }

  @Field(() => PostalAddress, { description: 'The address itself.' })
  get address(): PostalAddress {
    return new PostalAddress(this.row);
  }
}
registerNodeType(CustomerAddressNode, 'CustomerAddress');

@ObjectType('Customer', {
  implements: () => [Node],
  description: 'A signed-in customer, seen by himself or by staff.',
})
export class CustomerNode extends Node {
  constructor(readonly customer: Customer) {
    super();
  }

  @Field(() => ID, { description: 'Global id; `node` finds it again by this.' })
  get id(): string {
    return toNodeId('Customer', this.customer.id);
  }

  @Field(() => String, { description: 'As the customer is called.' })
  get name(): string {
    return this.customer.name;
  }

  @Field(() => String, { description: 'Where the customer is written to, and signs in with.' })
  get email(): string {
    return this.customer.email;
  }

  @Field(() => String, { description: 'e.g. `Consumer`, `Corporate`.' })
  get segment(): string {
    return this.customer.segment;
  }

  @Field(() => GraphQLISODateTime, { description: 'When the shop first knew the customer.' })
  get createdAt(): Date {
    return this.customer.createdAt;
  }
}
registerNodeType(CustomerNode, 'Customer');
