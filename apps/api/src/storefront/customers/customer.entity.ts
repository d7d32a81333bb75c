/** Somebody who buys; whoever can sign in has an account beside it. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('customers')
export class Customer {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  /** The key that the shop's own books use, e.g. `CG-12520`. */
  @Column('text', { nullable: true })
  readonly code: string | null;

  @Column('text')
  readonly name: string;

  @Column('text')
  readonly email: string;

  @Column('text')
  readonly segment: string;

  @Column('timestamptz', { name: 'created_at' })
  readonly createdAt: Date;
}
