/** Answers for categories. */
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { InvalidInput } from '../../access/errors.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { toConnection, type Connection } from '../../graphql/relay/connection.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { PageArgs, toPageRequest } from '../../graphql/relay/page-args.js';
import { isStorable } from '../../graphql/validated.pipe.js';
import {
  CategoryLoader,
  CategoryProductsLoader,
  ProductLoader,
  SubcategoriesLoader,
} from './catalog.loaders.js';
import { CatalogRepository } from './catalog.repository.js';
import type { Category } from './category.entity.js';
import { CategoryNode } from './category.node.js';
import { ProductSort } from './product-list.js';
import { ProductConnection, ProductNode } from './product.node.js';

const toNode = (category: Category) => new CategoryNode(category);

@Resolver(() => CategoryNode)
export class CategoryResolver {
  constructor(
    private readonly catalog: CatalogRepository,
    private readonly categoryLoader: CategoryLoader,
    private readonly subcategories: SubcategoriesLoader,
    private readonly products: CategoryProductsLoader,
  ) {}

  @Query(() => [CategoryNode], {
    description: 'The departments, each with its sub-categories as `children`.',
  })
  @Access('anonymous')
  async categories(@Context() context: GraphContext): Promise<CategoryNode[]> {
    return this.#toNodes(context, await this.catalog.departments());
  }

  @Query(() => CategoryNode, {
    nullable: true,
    description: 'One category by id or by slug; exactly one of them.',
  })
  @Access('anonymous')
  async category(
    @Context() context: GraphContext,
    @Args('id', { type: () => ID, nullable: true, description: 'Its global id.' }) id?: string | null,
    @Args('slug', { type: () => String, nullable: true, description: 'Its slug.' }) slug?: string | null,
  ): Promise<CategoryNode | null> {
    const hasId = id !== undefined && id !== null;
    const hasSlug = slug !== undefined && slug !== null;
    if (hasId === hasSlug) throw new InvalidInput('Pass either `id` or `slug`.');
    if (hasId) {
      const category = await this.categoryLoader.load(context, nodeKey('Category', id));
      return category === undefined ? null : toNode(category);
    }
    const bySlug = hasSlug && isStorable(slug) ? await this.catalog.categoryBySlug(slug) : undefined;
    const [found] = this.#toNodes(context, bySlug === undefined ? [] : [bySlug]);
    return found ?? null;
  }

  @ResolveField(() => CategoryNode, {
    nullable: true,
    description: 'The category right above it; null for a department.',
  })
  async parent(
    @Parent() { category }: CategoryNode,
    @Context() context: GraphContext,
  ): Promise<CategoryNode | null> {
    const { parentId } = category;
    const parent = parentId === null ? undefined : await this.categoryLoader.load(context, parentId);
    return parent === undefined ? null : toNode(parent);
  }

  @ResolveField(() => [CategoryNode], { description: 'The categories right below it.' })
  async children(
    @Parent() { category }: CategoryNode,
    @Context() context: GraphContext,
  ): Promise<CategoryNode[]> {
    return this.#toNodes(context, await this.subcategories.load(context, category.id));
  }

  @ResolveField('products', () => ProductConnection, {
    description: 'Products in it or in a category below it.',
  })
  async productsOf(
    @Parent() { category }: CategoryNode,
    @Context() context: GraphContext,
    @Args() page: PageArgs,
    @Args('sort', {
      type: () => ProductSort,
      nullable: true,
      defaultValue: ProductSort.POPULARITY_DESC,
      description: 'The order of the list.',
    })
    sort?: ProductSort | null,
  ): Promise<Connection<ProductNode>> {
    const found = await this.products.load(
      context,
      category.id,
      sort ?? ProductSort.POPULARITY_DESC,
      toPageRequest(page),
    );
    return toConnection(found, (product) => new ProductNode(product));
  }

  /** Their children and products will ask for them. */
  #toNodes(context: GraphContext, categories: readonly Category[]): CategoryNode[] {
    for (const category of categories) this.categoryLoader.prime(context, category.id, category);
    return categories.map(toNode);
  }
}

/** Apart from ProductResolver, which would need a sixth collaborator for it. */
@Resolver(() => ProductNode)
export class ProductCategoryResolver {
  constructor(private readonly categories: CategoryLoader) {}

  @ResolveField(() => CategoryNode, { description: 'The category it is in.' })
  async category(
    @Parent() { product }: ProductNode,
    @Context() context: GraphContext,
  ): Promise<CategoryNode> {
    const category = await this.categories.load(context, product.categoryId);
    // The foreign key keeps it there; only one that was left and deleted since this request read the product could be missing.
    if (category === undefined)
      throw new Error(`Category ${product.categoryId} of product ${product.id} is missing.`);
    return toNode(category);
  }
}

/** How `node` finds categories and products. */
export function catalogNodeSources(categories: CategoryLoader, products: ProductLoader) {
  return [
    {
      type: 'Category',
      find: async (key: string, context: GraphContext) => {
        const category = await categories.load(context, key);
        return category === undefined ? undefined : toNode(category);
      },
    },
    {
      type: 'Product',
      find: async (key: string, context: GraphContext) => {
        const product = await products.load(context, key);
        return product === undefined ? undefined : new ProductNode(product);
      },
    },
  ];
}
