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

  @Field(() => String)
  get recipient(): string {
    return this.columns.recipient;
  }

  @Field(() => String, { nullable: true })
  get street(): string | null {
    return this.columns.street;
  }

  @Field(() => String)
  get city(): string {
    return this.columns.city;
  }

  @Field(() => String, { nullable: true })
  get state(): string | null {
    return this.columns.state;
  }

  @Field(() => String, { nullable: true })
  get postalCode(): string | null {
    return this.columns.postalCode;
  }

  @Field(() => String)
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

  @Field(() => ID)
  get id(): string {
    return toNodeId('CustomerAddress', this.row.id);
  }

  @Field(() => PostalAddress)
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

  @Field(() => ID)
  get id(): string {
    return toNodeId('Customer', this.customer.id);
  }

  @Field(() => String)
  get name(): string {
    return this.customer.name;
  }

  @Field(() => String)
  get email(): string {
    return this.customer.email;
  }

  @Field(() => String, { description: 'e.g. `Consumer`, `Corporate`.' })
  get segment(): string {
    return this.customer.segment;
  }

  @Field(() => GraphQLISODateTime)
  get createdAt(): Date {
    return this.customer.createdAt;
  }
}
registerNodeType(CustomerNode, 'Customer');
