/** A message to one customer, kept until it is read and after. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('notifications')
export class Notification {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'customer_id' })
  readonly customerId: string;

  /** What it is about, e.g. `order.shipped`. */
  @Column('text')
  readonly kind: string;

  @Column('text')
  readonly title: string;

  @Column('text')
  readonly body: string;

  @Column('bigint', { name: 'order_id', nullable: true })
  readonly orderId: string | null;

  @Column('timestamptz', { name: 'created_at' })
  readonly createdAt: Date;

  @Column('timestamptz', { name: 'read_at', nullable: true })
  readonly readAt: Date | null;
}
