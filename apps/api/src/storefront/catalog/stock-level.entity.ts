/** How many units of a product can be sold now; a row of its own, because every order locks it. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('stock_levels')
export class StockLevel {
  @PrimaryColumn('bigint', { name: 'product_id' })
  readonly productId: string;

  @Column('integer')
  readonly available: number;

  @Column('timestamptz', { name: 'updated_at' })
  readonly updatedAt: Date;
}
