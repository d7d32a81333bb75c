/** What a customer means to buy: one cart each, its prices always those of the catalogue. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('carts')
export class Cart {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'customer_id' })
  readonly customerId: string;

  @Column('timestamptz', { name: 'updated_at' })
  readonly updatedAt: Date;
}

@Entity('cart_lines')
export class CartLine {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'cart_id' })
  readonly cartId: string;

  @Column('bigint', { name: 'product_id' })
  readonly productId: string;

  @Column('integer')
  readonly quantity: number;
}
