/** A product's pictures: the bytes once by their hash, and which product shows them in which order. */
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

@Entity('image_assets')
export class ImageAsset {
  /** Hex of SHA-256 over the bytes, cut to 32 characters: also the file name, so that it can be cached for ever. */
  @PrimaryColumn('text')
  readonly hash: string;

  @Column('text', { name: 'media_type' })
  readonly mediaType: string;

  @Column('integer')
  readonly width: number;

  @Column('integer')
  readonly height: number;

  @Column('bytea')
  readonly thumbhash: Buffer;

  /** Not selected unless asked for: lists never need the bytes. */
  @Column('bytea', { select: false })
  readonly content: Buffer;
}

@Entity('product_images')
export class ProductImage {
  @PrimaryColumn('bigint', { name: 'product_id' })
  readonly productId: string;

  @PrimaryColumn('integer')
  readonly position: number;

  @Column('text')
  readonly hash: string;

  @Column('text')
  readonly alt: string;

  @ManyToOne(() => ImageAsset)
  @JoinColumn({ name: 'hash' })
  readonly asset: Relation<ImageAsset>;
}
