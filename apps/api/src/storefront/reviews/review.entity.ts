/** What a customer thinks of a product: one review each. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('reviews')
export class Review {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('bigint', { name: 'product_id' })
  readonly productId: string;

  @Column('bigint', { name: 'customer_id' })
  readonly customerId: string;

  /** 1 to 5. */
  @Column('smallint')
  readonly rating: number;

  @Column('text')
  readonly title: string;

  @Column('text')
  readonly body: string;

  @Column('timestamptz', { name: 'created_at' })
  readonly createdAt: Date;
}
