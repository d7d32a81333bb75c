/** One statement for all products, categories, stock levels and images that a request's resolvers ask for together. */
import { Injectable } from '@nestjs/common';
import { ChildPageLoader } from '../../graphql/relay/child-page-loader.js';
import type { Page } from '../../graphql/relay/connection.js';
import type { PageRequest } from '../../graphql/relay/page-args.js';
import { groupBy, keyBy, RequestLoader } from '../../graphql/request-loader.js';
import { CatalogRepository } from './catalog.repository.js';
import type { Category } from './category.entity.js';
import type { ProductImage } from './product-image.entity.js';
import type { Product } from './product.entity.js';
import type { ProductSort } from './product-list.js';

@Injectable()
export class ProductLoader extends RequestLoader<Product | undefined> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    return keyBy(await this.catalog.productsById(ids), ({ id }) => id);
  }

  protected missing(): undefined {
    return undefined;
  }
}

/** By their ids. The tree is small, but an answer that had read all of it would end with every renamed category. */
@Injectable()
export class CategoryLoader extends RequestLoader<Category | undefined> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Category>> {
    return keyBy(await this.catalog.categoriesById(ids), ({ id }) => id);
  }

  protected missing(): undefined {
    return undefined;
  }
}

/** The categories right below each of many. */
@Injectable()
export class SubcategoriesLoader extends RequestLoader<readonly Category[]> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(parentIds: readonly string[]): Promise<ReadonlyMap<string, readonly Category[]>> {
    return groupBy(await this.catalog.categoriesBelow(parentIds), ({ parentId }) => parentId ?? '');
  }

  protected missing(): readonly Category[] {
    return [];
  }
}

@Injectable()
export class StockLoader extends RequestLoader<number> {
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(productIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const levels = await this.catalog.stockLevels(productIds);
    return new Map(levels.map(({ productId, available }) => [productId, available]));
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
  constructor(private readonly catalog: CatalogRepository) {
    super();
  }

  protected async loadMany(
    productIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly ProductImage[]>> {
    return groupBy(await this.catalog.images(productIds), ({ productId }) => productId);
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
