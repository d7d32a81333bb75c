/** Serves product images by the hash of their content: what has that name never changes. */
import { Controller, Get, Headers, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CatalogRepository } from './catalog.repository.js';
import { imageExtensions } from './product-image.node.js';

/** Browsers, and the CDNs that have a field of their own (RFC 9213): no purge is ever needed. */
const forEver = 'public, max-age=31536000, immutable';
const imageFile = /^([0-9a-f]{32})\.([a-z]{3,4})$/;

@Controller('images')
export class ProductImageController {
  constructor(private readonly catalog: CatalogRepository) {}

  @Get(':file')
  async image(
    @Param('file') file: string,
    @Headers('if-none-match') held: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const [, hash, extension] = imageFile.exec(file) ?? [];
    const image = hash === undefined ? undefined : await this.catalog.imageContent(hash);
    if (image === undefined || imageExtensions[image.mediaType] !== extension) {
      throw new NotFoundException(`There is no image "${file.slice(0, 80)}".`);
    }
    const etag = `"${image.hash}"`;
    void reply
      .header('cache-control', forEver)
      .header('cdn-cache-control', forEver)
      .header('etag', etag)
      .header('cross-origin-resource-policy', 'cross-origin')
      // An SVG opened by itself is a document: no scripts, nothing loaded.
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    // The name holds the hash: whoever has any version of it has this one.
    if (held?.includes(etag) === true || held === '*') await reply.code(304).send();
    else await reply.header('content-type', image.mediaType).send(image.content);
  }
}
