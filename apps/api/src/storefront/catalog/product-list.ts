/** The lists of products there are: every sort has its index, every filter its condition. */
import { createHash } from 'node:crypto';
import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import type { SqlPart, KeysetColumn, KeysetOrder } from '../../graphql/relay/keyset.js';
import type { ChildList, EntityList } from '../../graphql/relay/keyset-pager.js';
import { Product } from './product.entity.js';

export enum ProductSort {
  NAME_ASC = 'NAME_ASC',
  NAME_DESC = 'NAME_DESC',
  PRICE_ASC = 'PRICE_ASC',
  PRICE_DESC = 'PRICE_DESC',
  CREATED_AT_ASC = 'CREATED_AT_ASC',
  CREATED_AT_DESC = 'CREATED_AT_DESC',
  RATING_ASC = 'RATING_ASC',
  RATING_DESC = 'RATING_DESC',
  POPULARITY_ASC = 'POPULARITY_ASC',
  POPULARITY_DESC = 'POPULARITY_DESC',
}
registerEnumType(ProductSort, {
  name: 'ProductSort',
  description: 'How products are ordered; equal ones by age, so that the order is total.',
  valuesMap: {
    NAME_ASC: { description: 'A to Z, upper and lower case alike.' },
    NAME_DESC: { description: 'Z to A, upper and lower case alike.' },
    PRICE_ASC: { description: 'Cheapest first.' },
    PRICE_DESC: { description: 'Dearest first.' },
    CREATED_AT_ASC: { description: 'Oldest first.' },
    CREATED_AT_DESC: { description: 'Newest first.' },
    RATING_ASC: { description: 'Worst rated first, those without a rating before them.' },
    RATING_DESC: { description: 'Best rated first.' },
    POPULARITY_ASC: { description: 'Least sold first.' },
    POPULARITY_DESC: { description: 'Most sold first.' },
  },
});

@InputType({ description: 'Which products to list; all conditions must hold.' })
export class ProductFilter {
  @Field(() => ID, { nullable: true, description: 'In this category or one below it.' })
  readonly categoryId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Price at least, in minor units.' })
  readonly minPrice?: number | null;

  @Field(() => Int, { nullable: true, description: 'Price at most, in minor units.' })
  readonly maxPrice?: number | null;

  @Field(() => Int, { nullable: true, description: 'Mean rating at least, 1 to 5.' })
  readonly minRating?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Only what can, or what cannot, be ordered now.' })
  readonly inStock?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'Only these stock keeping units, 100 at most.' })
  readonly skus?: string[] | null;
}

/** All that the entity is read with; the search document is wide and nobody reads it. */
const productColumns =
  't.id, t.sku, t.name, t.description, t.translations, t.attributes, t.category_id, t.price_minor, t.currency, ' +
  't.cost, t.rating_average, t.rating_count, t.created_at, t.updated_at';

const columns: Readonly<Record<string, KeysetColumn>> = {
  NAME: { sql: 't.sort_name', type: 'text' },
  PRICE: { sql: 't.price_minor', type: 'integer' },
  CREATED_AT: { sql: 't.created_at', type: 'timestamptz' },
  RATING: { sql: 't.rating_average', type: 'numeric' },
  POPULARITY: { sql: 't.units_sold', type: 'integer' },
};

const idColumn: KeysetColumn = { sql: 't.id', type: 'bigint' };

export function productOrder(sort: ProductSort): KeysetOrder {
  const [, field = '', direction] = /^(.*)_(ASC|DESC)$/.exec(sort) ?? [];
  const column = columns[field];
  if (column === undefined) throw new Error(`Sort ${sort} has no column.`);
  return { name: sort, columns: [column, idColumn], descending: direction === 'DESC' };
}

/** A filter whose category has been replaced by the categories below it. */
export interface ResolvedProductFilter extends Omit<ProductFilter, 'categoryId'> {
  readonly categoryIds?: readonly string[];
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

/** All but the categories, which the list is put together of. */
export function productConditions(filter: ResolvedProductFilter): SqlPart[] {
  const { minPrice, maxPrice, minRating, inStock, skus } = filter;
  const conditions: SqlPart[] = [];
  if (isGiven(minPrice)) conditions.push((p) => `t.price_minor >= ${p.add(minPrice)}`);
  if (isGiven(maxPrice)) conditions.push((p) => `t.price_minor <= ${p.add(maxPrice)}`);
  if (isGiven(minRating)) conditions.push((p) => `t.rating_average >= ${p.add(minRating)}`);
  if (isGiven(skus)) conditions.push((p) => `t.sku = ANY(${p.add(skus)}::text[])`);
  if (isGiven(inStock)) {
    const exists = 'EXISTS (SELECT FROM stock_levels s WHERE s.product_id = t.id AND s.available > 0)';
    conditions.push(() => (inStock ? exists : `NOT ${exists}`));
  }
  return conditions;
}

export function productList(sort: ProductSort, filter: ResolvedProductFilter): EntityList<Product> {
  return {
    entity: Product,
    from: 'products t',
    select: productColumns,
    conditions: productConditions(filter),
    order: productOrder(sort),
    ...(filter.categoryIds === undefined
      ? {}
      : { branches: { column: 't.category_id', keys: filter.categoryIds } }),
  };
}

/** For each of many categories, the products in it or below it. */
export function productsUnder(
  subtrees: ReadonlyMap<string, readonly string[]>,
  sort: ProductSort,
): ChildList<Product> {
  const pairs = [...subtrees].flatMap(([ancestor, ids]) => ids.map((id) => ({ ancestor, id })));
  return {
    ...productList(sort, {}),
    branches: {
      column: 't.category_id',
      keys: pairs.map(({ id }) => id),
      parentKeys: pairs.map(({ ancestor }) => ancestor),
    },
    parentColumn: 'branch.parent_key',
  };
}

/** @param tsquery as PostgreSQL writes it, its words stemmed; an empty one finds nothing. */
export function searchList(tsquery: string): EntityList<Product> {
  const fingerprint = createHash('sha256').update(tsquery).digest('base64url').slice(0, 8);
  return {
    entity: Product,
    select: productColumns,
    // The rank is made a whole number, so that the cursor carries it without a float's rounding.
    from: (p) => `products t CROSS JOIN LATERAL (
      SELECT (ts_rank_cd(t.search_document, ${p.add(tsquery)}::tsquery, 1) * 1000000)::bigint AS score) r`,
    // A query that is there before the statement runs tells the cache which products it can find at all.
    conditions: [(p) => `t.search_document @@ ${p.add(tsquery)}::tsquery`],
    order: {
      // A cursor of another search would point at a rank that means nothing in this one.
      name: `RELEVANCE ${fingerprint}`,
      columns: [{ sql: 'r.score', type: 'bigint' }, idColumn],
      descending: true,
    },
  };
}
