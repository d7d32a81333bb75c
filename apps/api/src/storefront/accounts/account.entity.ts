/** What lets a customer sign in: the password's hash and the role. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../../access/viewer.js';

@Entity('accounts')
export class Account {
  @PrimaryColumn('bigint', { name: 'customer_id' })
  readonly customerId: string;

  /** argon2id in PHC format. */
  @Column('text', { name: 'password_hash' })
  readonly passwordHash: string;

  @Column('text')
  readonly role: Role;
}
