/** Where something is sent: the columns that an order and a customer's address book have in common. */
import { Column } from 'typeorm';

export abstract class PostalAddressColumns {
  @Column('text')
  readonly recipient: string;

  @Column('text', { nullable: true })
  readonly street: string | null;

  @Column('text')
  readonly city: string;

  @Column('text', { nullable: true })
  readonly state: string | null;

  @Column('text', { name: 'postal_code', nullable: true })
  readonly postalCode: string | null;

  @Column('text')
  readonly country: string;

  /** The shop's own sales region, e.g. `West`. */
  @Column('text', { nullable: true })
  readonly region: string | null;
}
