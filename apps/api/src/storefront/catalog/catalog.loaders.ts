/**
 * One statement for all products, categories, stock levels and images that a request's resolvers ask for together, and for
 * those only that no other request has loaded since they changed.
 */
import { CachedEntities, type EntityLoader } from '@app/caching';
import { Injectable } from '@nestjs/common';
import { ChildPageLoader } from '../../graphql/relay/child-page-loader.js';
import type { Page } from '../../graphql/relay/connection.js';
import type { PageRequest } from '../../graphql/relay/page-args.js';
import { groupBy, keyBy, RequestLoader } from '../../graphql/request-loader.js';
import { CatalogRepository } from './catalog.repository.js';
import { Category } from './category.entity.js';
import { ImageAsset, ProductImage } from './product-image.entity.js';
import { Product } from './product.entity.js';
import type { ProductSort } from './product-list.js';

@Injectable()
export class ProductLoader extends RequestLoader<Product | undefined> {
  readonly #products: EntityLoader<Product>;

  constructor(catalog: CatalogRepository, entities: CachedEntities) {
    super();
    this.#products = entities.loader({
      name: 'Product',
      by: 'products.id',
      classes: [Product],
      load: async (ids) => keyBy(await catalog.productsById(ids), ({ id }) => id),
    });
  }

  protected loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    return this.#products.getMany(ids);
  }

  protected missing(): undefined {
    return undefined;
  }
}

/** By their ids. The tree is small, but an answer that had read all of it would end with every renamed category. */
@Injectable()
export class CategoryLoader extends RequestLoader<Category | undefined> {
  readonly #categories: EntityLoader<Category>;

  constructor(catalog: CatalogRepository, entities: CachedEntities) {
    super();
    this.#categories = entities.loader({
      name: 'Category',
      by: 'categories.id',
      classes: [Category],
      load: async (ids) => keyBy(await catalog.categoriesById(ids), ({ id }) => id),
    });
  }

  protected loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Category>> {
    return this.#categories.getMany(ids);
  }

  protected missing(): undefined {
    return undefined;
  }
}

/** The categories right below each of many. */
@Injectable()
export class SubcategoriesLoader extends RequestLoader<readonly Category[]> {
  readonly #children: EntityLoader<readonly Category[]>;

  constructor(catalog: CatalogRepository, entities: CachedEntities) {
    super();
    this.#children = entities.loader<readonly Category[]>({
      name: 'Subcategories',
      by: 'categories.parent_id',
      classes: [Category],
      load: async (parentIds) =>
        groupBy(await catalog.categoriesBelow(parentIds), ({ parentId }) => parentId ?? ''),
    });
  }

  protected loadMany(parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Category[]>> {
    return this.#children.getMany(parentIds);
  }

  protected missing(): readonly Category[] {
    return [];
  }
}

@Injectable()
export class StockLoader extends RequestLoader<number> {
  readonly #levels: EntityLoader<number>;

  constructor(catalog: CatalogRepository, entities: CachedEntities) {
    super();
    this.#levels = entities.loader({
      name: 'StockLevel',
      by: 'stock_levels.product_id',
      load: async (productIds) => {
        const levels = await catalog.stockLevels(productIds);
        return new Map(levels.map(({ productId, available }) => [productId, available]));
      },
    });
  }

  protected loadMany(productIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#levels.getMany(productIds);
  }

  protected missing(): number {
    return 0;
  }
}

@Injectable()
export class InStockLoader extends RequestLoader<boolean> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(productIds: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    return new Map([...(await this.catalog.inStock(productIds))].map((id) => [id, true]));
  }

  protected missing(): boolean {
    return false;
  }
}

@Injectable()
export class UnitsSoldLoader extends RequestLoader<number> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(productIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.catalog.unitsSold(productIds);
  }

  protected missing(): number {
    return 0;
  }
}

@Injectable()
export class ProductImageLoader extends RequestLoader<readonly ProductImage[]> {
  readonly #images: EntityLoader<readonly ProductImage[]>;

  constructor(catalog: CatalogRepository, entities: CachedEntities) {
    super();
    this.#images = entities.loader({
      name: 'ProductImages',
      by: 'product_images.product_id',
      shows: { 'image_assets.hash': (images) => images.map(({ hash }) => hash) },
      classes: [ProductImage, ImageAsset],
      load: async (productIds) => groupBy(await catalog.images(productIds), ({ productId }) => productId),
    });
  }

  protected loadMany(productIds: readonly string[]): Promise<ReadonlyMap<string, readonly ProductImage[]>> {
    return this.#images.getMany(productIds);
  }

  protected missing(): readonly ProductImage[] {
    return [];
  }
}

/** The products of each of many categories, those of the categories below included. */
@Injectable()
export class CategoryProductsLoader extends ChildPageLoader<Product, ProductSort> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async readPages(
    categoryIds: readonly string[],
    sort: ProductSort,
    page: PageRequest,
    countOf: (categoryId: string) => Promise<number>,
  ): Promise<ReadonlyMap<string, Page<Product>>> {
    return this.catalog.productsOfCategories(await this.catalog.subtrees(categoryIds), sort, page, countOf);
  }

  protected async readCounts(categoryIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.catalog.productCountsOfCategories(await this.catalog.subtrees(categoryIds));
  }
}
