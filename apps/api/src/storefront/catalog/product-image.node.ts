/** A picture of a product as clients see it. */
import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { ProductImage } from './product-image.entity.js';

/** File name endings by media type; what is not here is never served. */
export const imageExtensions: Readonly<Record<string, string>> = {
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
};

@ObjectType('ProductImage', { description: 'A picture of a product.' })
export class ProductImageView {
  constructor(private readonly image: ProductImage) {}

  @Field(() => String, {
    description: 'Path on this server; named by content, so it may be cached for ever.',
  })
  get url(): string {
    return `/images/${this.image.hash}.${imageExtensions[this.image.asset.mediaType] ?? 'bin'}`;
  }

  @Field(() => String, { description: 'Media type, e.g. `image/svg+xml`.' })
  get mediaType(): string {
    return this.image.asset.mediaType;
  }

  @Field(() => Int, { description: 'In pixels.' })
  get width(): number {
    return this.image.asset.width;
  }

  @Field(() => Int, { description: 'In pixels.' })
  get height(): number {
    return this.image.asset.height;
  }

  @Field(() => String, { description: 'Text for those who do not see it.' })
  get alt(): string {
    return this.image.alt;
  }

  @Field(() => String, { description: 'ThumbHash in base64: a blurred preview in about 25 bytes.' })
  get thumbhash(): string {
    return this.image.asset.thumbhash.toString('base64');
  }
}
