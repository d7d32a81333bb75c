/** An article of the shop, with the counters that sorts and lists need kept beside it. */
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Texts of a product in one other language. */
export interface ProductTranslation {
  readonly name?: string;
  readonly description?: string;
}

@Entity('products')
export class Product {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  readonly id: string;

  @Column('text')
  readonly sku: string;

  @Column('text')
  readonly name: string;

  @Column('text')
  readonly description: string;

  /** By language tag, e.g. `fr`. */
  @Column('jsonb')
  readonly translations: Readonly<Record<string, ProductTranslation>>;

  /** Free properties such as colour or size. */
  @Column('jsonb')
  readonly attributes: Readonly<Record<string, string>>;

  @Column('bigint', { name: 'category_id' })
  readonly categoryId: string;

  @Column('integer', { name: 'price_minor' })
  readonly priceMinor: number;

  @Column('char', { length: 3 })
  readonly currency: string;

  /** What a unit costs the shop: an exact decimal string in major units; null when it is not known. */
  @Column('numeric', { nullable: true })
  readonly cost: string | null;

  /** Mean of all ratings, 1 to 5; 0 while there are none. */
  @Column('numeric', { name: 'rating_average', transformer: { from: Number, to: String } })
  readonly ratingAverage: number;

  @Column('integer', { name: 'rating_count' })
  readonly ratingCount: number;

  /** Units in orders that were not cancelled. Read by itself: it moves with every sale, and so would whatever has read it. */
  @Column('integer', { name: 'units_sold', select: false })
  readonly unitsSold?: number;

  @Column('timestamptz', { name: 'created_at' })
  readonly createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  readonly updatedAt: Date;
}
