/**
 * The shop as a Nest application, decorated by hand because plain JavaScript has no decorators yet. Nest's packages come in
 * as arguments: each benchmark has versions of its own.
 */
import { productsOf } from './shop.mjs';

/** The resolver, decorated. */
function shopResolver({ Args, Field, ID, Int, ObjectType, Parent, Query, ResolveField, Resolver }) {
  class Review {}
  class Product {}

  function fields(type, byName) {
    for (const [name, returns] of Object.entries(byName)) Field(() => returns)(type.prototype, name);
    ObjectType()(type);
  }

  fields(Review, { id: ID, rating: Int, title: String, text: String });
  fields(Product, { id: ID, name: String, description: String, priceCents: Int, inStock: Boolean });

  class ProductResolver {
    async products(first) {
      return productsOf(first);
    }

    async reviews({ reviewRows }) {
      return reviewRows;
    }
  }

  function decorate(method, decorator, parameter) {
    const { prototype } = ProductResolver;
    Reflect.defineMetadata('design:paramtypes', [Object], prototype, method);
    parameter(prototype, method, 0);
    decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
  }

  decorate(
    'products',
    Query(() => [Product]),
    Args('first', { type: () => Int }),
  );
  decorate(
    'reviews',
    ResolveField(() => [Review]),
    Parent(),
  );
  Resolver(() => Product)(ProductResolver);
  return ProductResolver;
}

/**
 * An application that does not listen yet.
 * @param {{ common: object, core: object, graphql: object }} nest the packages `@nestjs/common`, `core` and `graphql`
 */
export async function createNest({ common, core, graphql }, Adapter, options, nestOptions = {}) {
  class ShopModule {}
  common.Module({
    imports: [graphql.GraphQLModule.forRoot({ autoSchemaFile: true, ...options })],
    providers: [shopResolver(graphql)],
  })(ShopModule);
  return core.NestFactory.create(ShopModule, new Adapter(), { logger: false, ...nestOptions });
}
