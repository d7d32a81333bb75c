/** The shop as a Nest application, decorated by hand because plain JavaScript has no decorators yet. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds to Reflect what Nest reads
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Args,
  Field,
  GraphQLModule,
  ID,
  Int,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { productsOf } from './shop.mjs';

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

/** An application that does not listen yet. */
export async function createNest(Adapter, options, nestOptions = {}) {
  class ShopModule {}
  Module({
    imports: [GraphQLModule.forRoot({ autoSchemaFile: true, ...options })],
    providers: [ProductResolver],
  })(ShopModule);
  return NestFactory.create(ShopModule, new Adapter(), { logger: false, ...nestOptions });
}
