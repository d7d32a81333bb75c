/** The catalogue: categories, products, stock, images, search. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { NodeSources } from '../../graphql/relay/node-sources.js';
import {
  CategoryLoader,
  CategoryProductsLoader,
  InStockLoader,
  ProductImageLoader,
  ProductLoader,
  StockLoader,
  SubcategoriesLoader,
  UnitsSoldLoader,
} from './catalog.loaders.js';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';
import { CatalogSubscriptions } from './catalog.subscriptions.js';
import { catalogNodeSources, CategoryResolver, ProductCategoryResolver } from './category.resolver.js';
import { ProductCostResolver } from './product-cost.resolver.js';
import { ProductCountersResolver } from './product-counters.resolver.js';
import { ProductImageController } from './product-image.controller.js';
import { ProductResolver } from './product.resolver.js';

@Module({
  controllers: [ProductImageController],
  providers: [
    CatalogRepository,
    CatalogService,
    CategoryLoader,
    CategoryProductsLoader,
    ProductImageLoader,
    ProductLoader,
    InStockLoader,
    StockLoader,
    SubcategoriesLoader,
    UnitsSoldLoader,
    CategoryResolver,
    ProductCategoryResolver,
    ProductCostResolver,
    ProductCountersResolver,
    ProductResolver,
    CatalogSubscriptions,
  ],
  exports: [CatalogRepository, ProductLoader, StockLoader],
})
export class CatalogModule implements OnModuleInit {
  constructor(
    private readonly nodes: NodeSources,
    private readonly categories: CategoryLoader,
    private readonly products: ProductLoader,
  ) {}

  onModuleInit(): void {
    for (const source of catalogNodeSources(this.categories, this.products)) this.nodes.register(source);
  }
}
