/** Answers for products: arguments to a call, nothing else. */
import { Args, Context, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { Access } from '../../access/access.guard.js';
import { InvalidInput } from '../../access/errors.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { payloadFor } from '../../graphql/mutation-input.js';
import { toConnection, type Connection } from '../../graphql/relay/connection.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { PageArgs, toPageRequest } from '../../graphql/relay/page-args.js';
import { forgetLoaded } from '../../graphql/request-loader.js';
import { validated } from '../../graphql/validated.pipe.js';
import {
  AdjustStockInput,
  adjustStockSchema,
  ProductPayload,
  UpdateProductInput,
  updateProductSchema,
} from './catalog.inputs.js';
import { ProductImageLoader, ProductLoader } from './catalog.loaders.js';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';
import { ProductImageView } from './product-image.node.js';
import { ProductFilter, ProductSort, type ResolvedProductFilter } from './product-list.js';
import { ProductConnection, ProductNode } from './product.node.js';
import type { Product, ProductTranslation } from './product.entity.js';

const toNode = (product: Product) => new ProductNode(product);

const filterSchema = z
  .object({
    minPrice: z.number().int().min(0).nullish(),
    maxPrice: z.number().int().min(0).nullish(),
    minRating: z.number().int().min(1).max(5).nullish(),
    skus: z.array(z.string().max(200)).max(100).nullish(),
  })
  .loose()
  .nullish();

const searchSchema = z.string().max(200, 'must have at most 200 characters');

/** Own properties only: "constructor" is no language. */
function translationOf(
  { translations }: Product,
  locale: string | null | undefined,
): ProductTranslation | undefined {
  const isThere = locale !== undefined && locale !== null && Object.hasOwn(translations, locale);
  return isThere ? translations[locale] : undefined;
}

@Resolver(() => ProductNode)
export class ProductResolver {
  constructor(
    private readonly catalog: CatalogRepository,
    private readonly service: CatalogService,
    private readonly productLoader: ProductLoader,
    private readonly images: ProductImageLoader,
  ) {}

  @Query(() => ProductNode, {
    nullable: true,
    description: 'One product by id or by sku; exactly one of them.',
  })
  @Access('anonymous')
  async product(
    @Context() context: GraphContext,
    @Args('id', { type: () => ID, nullable: true, description: 'Its global id.' }) id?: string | null,
    @Args(
      'sku',
      { type: () => String, nullable: true, description: 'Its stock keeping unit.' },
      validated(z.string().nullish()),
    )
    sku?: string | null,
  ): Promise<ProductNode | null> {
    const hasId = id !== undefined && id !== null;
    const hasSku = sku !== undefined && sku !== null;
    if (hasId === hasSku) throw new InvalidInput('Pass either `id` or `sku`.');
    const product = hasId
      ? await this.productLoader.load(context, nodeKey('Product', id))
      : await this.catalog.productBySku(sku as string);
    return product === undefined ? null : toNode(product);
  }

  @Query(() => ProductConnection, { description: 'The catalogue.' })
  @Access('anonymous')
  async products(
    @Args() page: PageArgs,
    @Args(
      'filter',
      { type: () => ProductFilter, nullable: true, description: 'All of it when it is left out.' },
      validated(filterSchema),
    )
    filter?: ProductFilter | null,
    @Args('sort', {
      type: () => ProductSort,
      nullable: true,
      defaultValue: ProductSort.POPULARITY_DESC,
      description: 'The order of the list.',
    })
    sort?: ProductSort | null,
  ): Promise<Connection<ProductNode>> {
    const found = await this.catalog.products(
      sort ?? ProductSort.POPULARITY_DESC,
      await this.#resolveFilter(filter ?? {}),
      toPageRequest(page),
    );
    return toConnection(found, toNode);
  }

  @Query(() => ProductConnection, {
    description:
      'Products by words of their name, category, sku and description: stems, beginnings and near spellings.',
  })
  @Access('anonymous')
  async search(
    @Args(
      'query',
      { type: () => String, description: 'What the shopper typed, 200 characters at most.' },
      validated(searchSchema),
    )
    query: string,
    @Args() page: PageArgs,
  ): Promise<Connection<ProductNode>> {
    return toConnection(await this.catalog.search(query, toPageRequest(page)), toNode);
  }

  @Mutation(() => ProductPayload, { description: 'Changes a product. Staff only.' })
  @Access('staff')
  async updateProduct(
    @Args('input', { type: () => UpdateProductInput }, validated(updateProductSchema))
    input: UpdateProductInput,
    @Context() context: GraphContext,
  ): Promise<ProductPayload> {
    const product = await this.service.updateProduct(input);
    forgetLoaded(context);
    return payloadFor(input, { product: toNode(product) });
  }

  @Mutation(() => ProductPayload, { description: 'Adds to or takes from a product’s stock. Staff only.' })
  @Access('staff')
  async adjustStock(
    @Args('input', { type: () => AdjustStockInput }, validated(adjustStockSchema)) input: AdjustStockInput,
    @Context() context: GraphContext,
  ): Promise<ProductPayload> {
    const product = await this.service.adjustStock(input);
    forgetLoaded(context);
    return payloadFor(input, { product: toNode(product) });
  }

  @ResolveField(() => String, { description: 'In the given language where there is a translation.' })
  name(
    @Parent() { product }: ProductNode,
    @Args('locale', { type: () => String, nullable: true, description: 'e.g. `fr`' }) locale?: string | null,
  ): string {
    return translationOf(product, locale)?.name ?? product.name;
  }

  @ResolveField(() => String, { description: 'In the given language where there is a translation.' })
  description(
    @Parent() { product }: ProductNode,
    @Args('locale', { type: () => String, nullable: true, description: 'e.g. `fr`' }) locale?: string | null,
  ): string {
    return translationOf(product, locale)?.description ?? product.description;
  }

  @ResolveField('images', () => [ProductImageView], { description: 'The first is the one for lists.' })
  async imagesOf(
    @Parent() { product }: ProductNode,
    @Context() context: GraphContext,
  ): Promise<ProductImageView[]> {
    return (await this.images.load(context, product.id)).map((image) => new ProductImageView(image));
  }

  async #resolveFilter({ categoryId, ...filter }: ProductFilter): Promise<ResolvedProductFilter> {
    if (categoryId === undefined || categoryId === null) return filter;
    const id = nodeKey('Category', categoryId);
    return { ...filter, categoryIds: (await this.catalog.subtrees([id])).get(id) ?? [] };
  }
}
