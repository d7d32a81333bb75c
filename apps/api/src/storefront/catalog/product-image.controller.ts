/** Serves product images by the hash of their content: what has that name never changes. */
import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CatalogRepository } from './catalog.repository.js';
import { imageExtensions } from './product-image.node.js';

const imageFile = /^([0-9a-f]{32})\.([a-z]{3,4})$/;

@Controller('images')
export class ProductImageController {
  constructor(private readonly catalog: CatalogRepository) {}

  @Get(':file')
  async image(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const [, hash, extension] = imageFile.exec(file) ?? [];
    const image = hash === undefined ? undefined : await this.catalog.imageContent(hash);
    if (image === undefined || imageExtensions[image.mediaType] !== extension) {
      throw new NotFoundException(`There is no image "${file.slice(0, 80)}".`);
    }
    await reply
      .header('content-type', image.mediaType)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('etag', `"${image.hash}"`)
      .header('cross-origin-resource-policy', 'cross-origin')
      // An SVG opened by itself is a document: no scripts, nothing loaded.
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
      .send(image.content);
  }
}
