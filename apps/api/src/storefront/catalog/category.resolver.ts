/** Answers for categories. */
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Access } from '../../access/access.guard.js';
import { InvalidInput } from '../../access/errors.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { toConnection, type Connection } from '../../graphql/relay/connection.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { PageArgs, toPageRequest } from '../../graphql/relay/page-args.js';
import { CategoryLoader, CategoryProductsLoader, ProductLoader } from './catalog.loaders.js';
import type { Category } from './category.entity.js';
import { CategoryNode } from './category.node.js';
import { ProductSort } from './product-list.js';
import { ProductConnection, ProductNode } from './product.node.js';

@Resolver(() => CategoryNode)
export class CategoryResolver {
  constructor(
    private readonly categoryLoader: CategoryLoader,
    private readonly products: CategoryProductsLoader,
  ) {}

  @Query(() => [CategoryNode], {
    description: 'The departments, each with its sub-categories as `children`.',
  })
  @Access('anonymous')
  async categories(@Context() context: GraphContext): Promise<CategoryNode[]> {
    return this.#select(context, ({ parentId }) => parentId === null);
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
    if (hasId === (slug !== undefined && slug !== null))
      throw new InvalidInput('Pass either `id` or `slug`.');
    const key = hasId ? nodeKey('Category', id) : undefined;
    const [found] = await this.#select(context, (category) =>
      key === undefined ? category.slug === slug : category.id === key,
    );
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
    const [found] = await this.#select(context, ({ id }) => id === category.parentId);
    return found ?? null;
  }

  @ResolveField(() => [CategoryNode], { description: 'The categories right below it.' })
  async children(
    @Parent() { category }: CategoryNode,
    @Context() context: GraphContext,
  ): Promise<CategoryNode[]> {
    return this.#select(context, ({ parentId }) => parentId === category.id);
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

  async #select(context: GraphContext, wanted: (category: Category) => boolean): Promise<CategoryNode[]> {
    const categories = await this.categoryLoader.load(context, 'all');
    return categories.filter(wanted).map((category) => new CategoryNode(category));
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
    const category = (await this.categories.load(context, 'all')).find(({ id }) => id === product.categoryId);
    // The foreign key keeps it there; only a category added since this request read the tree could be missing.
    if (category === undefined)
      throw new Error(`Category ${product.categoryId} of product ${product.id} is missing.`);
    return new CategoryNode(category);
  }
}

/** How `node` finds categories and products. */
export function catalogNodeSources(categories: CategoryLoader, products: ProductLoader) {
  return [
    {
      type: 'Category',
      find: async (key: string, context: GraphContext) => {
        const category = (await categories.load(context, 'all')).find(({ id }) => id === key);
        return category === undefined ? undefined : new CategoryNode(category);
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
