/** An entry of a customer's address book. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { PostalAddressColumns } from './postal-address.js';

@Entity('customer_addresses')
export class CustomerAddress extends PostalAddressColumns {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'customer_id' })
  readonly customerId: string;
}
