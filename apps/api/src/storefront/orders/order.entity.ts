/** A sale and its lines, with the address and the prices as they were that day. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { PostalAddressColumns } from '../customers/postal-address.js';

export type OrderStatus = 'PLACED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED';

@Entity('orders')
export class Order extends PostalAddressColumns {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  /** The number that the customer sees, e.g. `CA-2016-152156`. */
  @Column('text')
  readonly number: string;

  @Column('bigint', { name: 'customer_id' })
  readonly customerId: string;

  @Column('text')
  readonly status: OrderStatus;

  @Column('char', { length: 3 })
  readonly currency: string;

  @Column('timestamptz', { name: 'placed_at' })
  readonly placedAt: Date;

  @Column('timestamptz', { name: 'shipped_at', nullable: true })
  readonly shippedAt: Date | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  readonly deliveredAt: Date | null;

  @Column('timestamptz', { name: 'cancelled_at', nullable: true })
  readonly cancelledAt: Date | null;

  @Column('text', { name: 'ship_mode' })
  readonly shipMode: string;

  /** Chosen by the client that placed it; null for orders that came in otherwise. */
  @Column('text', { name: 'idempotency_key', nullable: true })
  readonly idempotencyKey: string | null;

  /** The exact sum of the lines, a decimal string: line amounts may have more than two decimals. */
  @Column('numeric')
  readonly total: string;

  /** The sum of the lines' rounded amounts, so that what a client sees adds up. */
  @Column('integer', { name: 'total_minor' })
  readonly totalMinor: number;
}

@Entity('order_lines')
export class OrderLine {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'order_id' })
  readonly orderId: string;

  @Column('integer', { name: 'line_number' })
  readonly lineNumber: number;

  @Column('bigint', { name: 'product_id' })
  readonly productId: string;

  @Column('text', { name: 'product_name' })
  readonly productName: string;

  @Column('integer')
  readonly quantity: number;

  /** Exact decimal string, before the discount. */
  @Column('numeric', { name: 'unit_price' })
  readonly unitPrice: string;

  /** Exact decimal string, 0 to 1. */
  @Column('numeric')
  readonly discount: string;

  /** Exact decimal string: what was charged. */
  @Column('numeric')
  readonly amount: string;

  @Column('integer', { name: 'amount_minor' })
  readonly amountMinor: number;

  /** Exact decimal string: what the shop earned by it; null when it is not known. */
  @Column('numeric', { nullable: true })
  readonly profit: string | null;
}
