/** Reads and writes the catalogue's rows. */
import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, MoreThan, type EntityManager } from 'typeorm';
import type { Page } from '../../graphql/relay/connection.js';
import { KeysetPager } from '../../graphql/relay/keyset-pager.js';
import type { PageRequest } from '../../graphql/relay/page-args.js';
import { Category } from './category.entity.js';
import { ImageAsset, ProductImage } from './product-image.entity.js';
import { Product } from './product.entity.js';
import {
  productList,
  ProductSort,
  productsUnder,
  searchList,
  type ResolvedProductFilter,
} from './product-list.js';
import { meantWords, prefixQuery, searchQuery, searchWords, type WordMatch } from './product-search.js';
import { StockLevel } from './stock-level.entity.js';

@Injectable()
export class CatalogRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pager: KeysetPager,
  ) {}

  async productsById(ids: readonly string[]): Promise<Product[]> {
    return this.dataSource.getRepository(Product).findBy({ id: In([...ids]) });
  }

  async productBySku(sku: string): Promise<Product | undefined> {
    return (await this.dataSource.getRepository(Product).findOneBy({ sku })) ?? undefined;
  }

  async products(
    sort: ProductSort,
    filter: ResolvedProductFilter,
    page: PageRequest,
  ): Promise<Page<Product>> {
    return this.pager.page(productList(sort, filter), page);
  }

  async stockLevels(productIds: readonly string[]): Promise<StockLevel[]> {
    return this.dataSource.getRepository(StockLevel).findBy({ productId: In([...productIds]) });
  }

  /** Those of which at least one unit can be ordered; no row says how many, so that it is the same until the last is sold. */
  async inStock(productIds: readonly string[]): Promise<ReadonlySet<string>> {
    const levels = await this.dataSource.getRepository(StockLevel).find({
      where: { productId: In([...productIds]), available: MoreThan(0) },
      select: { productId: true },
    });
    return new Set(levels.map(({ productId }) => productId));
  }

  async unitsSold(productIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const products = await this.dataSource
      .getRepository(Product)
      .find({ where: { id: In([...productIds]) }, select: { id: true, unitsSold: true } });
    return new Map(products.map(({ id, unitsSold = 0 }) => [id, unitsSold]));
  }

  async images(productIds: readonly string[]): Promise<ProductImage[]> {
    return this.dataSource.getRepository(ProductImage).find({
      where: { productId: In([...productIds]) },
      relations: { asset: true },
      order: { productId: 'ASC', position: 'ASC' },
    });
  }

  async imageContent(hash: string): Promise<ImageAsset | undefined> {
    const found = await this.dataSource
      .getRepository(ImageAsset)
      .findOne({ where: { hash }, select: { hash: true, mediaType: true, content: true } });
    return found ?? undefined;
  }

  async departments(): Promise<Category[]> {
    return this.dataSource
      .getRepository(Category)
      .find({ where: { parentId: IsNull() }, order: { position: 'ASC', id: 'ASC' } });
  }

  async categoriesById(ids: readonly string[]): Promise<Category[]> {
    return this.dataSource.getRepository(Category).findBy({ id: In([...ids]) });
  }

  async categoriesBelow(parentIds: readonly string[]): Promise<Category[]> {
    return this.dataSource
      .getRepository(Category)
      .find({ where: { parentId: In([...parentIds]) }, order: { position: 'ASC', id: 'ASC' } });
  }

  async categoryBySlug(slug: string): Promise<Category | undefined> {
    return (await this.dataSource.getRepository(Category).findOneBy({ slug })) ?? undefined;
  }

  /** The category itself and all below it, for each of the given ones. */
  async subtrees(categoryIds: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await this.dataSource.query<{ root: string; ids: string[] }[]>(
      `WITH RECURSIVE subtree (root, id) AS (
         SELECT id, id FROM categories WHERE id = ANY($1::bigint[])
         UNION
         SELECT subtree.root, child.id FROM subtree JOIN categories child ON child.parent_id = subtree.id
       )
       SELECT root::text, array_agg(id::text ORDER BY id) AS ids FROM subtree GROUP BY root`,
      [categoryIds],
    );
    return new Map(rows.map(({ root, ids }) => [root, ids]));
  }

  /** A page for each category, of the products in it and below it, in one statement. */
  async productsOfCategories(
    subtrees: ReadonlyMap<string, readonly string[]>,
    sort: ProductSort,
    page: PageRequest,
    countOf: (categoryId: string) => Promise<number>,
  ): Promise<Map<string, Page<Product>>> {
    return this.pager.pagesOf(productsUnder(subtrees, sort), [...subtrees.keys()], page, countOf);
  }

  async productCountsOfCategories(
    subtrees: ReadonlyMap<string, readonly string[]>,
  ): Promise<Map<string, number>> {
    return this.pager.countsOf(productsUnder(subtrees, ProductSort.POPULARITY_DESC), [...subtrees.keys()]);
  }

  /**
   * What is found as it was typed needs no correction, since then all of its words are known. So only searches without a result
   * look at the vocabulary, and depend on it.
   */
  async search(query: string, page: PageRequest): Promise<Page<Product>> {
    const words = searchWords(query);
    const queries = await this.#wordQueries(words);
    const typed = searchList(searchQuery(queries.map((one) => [one])));
    const found = this.pager.isOwnPage(typed, page) ? await this.pager.page(typed, page) : undefined;
    if (found !== undefined && found.rows.length > 0) return found;
    const corrected = await this.#corrected(words, queries);
    const isAsTyped = corrected === undefined || corrected.order.name === typed.order.name;
    if (isAsTyped && found !== undefined) return found;
    return this.pager.page(isAsTyped ? typed : corrected, page);
  }

  async lockProduct(manager: EntityManager, id: string): Promise<Product | undefined> {
    const found = await manager
      .getRepository(Product)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    return found ?? undefined;
  }

  /**
   * Undefined when one of the words means nothing. Products are counted, because for EXISTS the planner hopes to meet one soon
   * in a scan of the table, which is read to its end for a word that none has.
   */
  async #corrected(words: readonly string[], queries: readonly string[]) {
    const kept = words.filter((_, at) => queries[at] !== '');
    const matches = await this.dataSource.query<WordMatch[]>(
      `SELECT word,
              (SELECT count(*) FROM products WHERE search_document @@ asked.query) > 0 AS known,
              ARRAY(SELECT similar_search_words(asked.word)) AS candidates
         FROM unnest($1::text[], $2::tsquery[]) WITH ORDINALITY AS asked (word, query, place)
        ORDER BY place`,
      [kept, queries.filter((query) => query !== '')],
    );
    const meant = meantWords(matches);
    if (meant === undefined) return undefined;
    const meantQueries = await this.#wordQueries(meant.flat());
    let next = 0;
    return searchList(searchQuery(meant.map(({ length }) => meantQueries.slice(next, (next += length)))));
  }

  /** Each word, or what begins with it, as a tsquery; an empty one for a word that no document keeps. */
  async #wordQueries(words: readonly string[]): Promise<string[]> {
    if (words.length === 0) return [];
    const rows = await this.dataSource.query<{ query: string }[]>(
      `SELECT to_tsquery('storefront', prefix)::text AS query
         FROM unnest($1::text[]) WITH ORDINALITY AS asked (prefix, place) ORDER BY place`,
      [words.map(prefixQuery)],
    );
    return rows.map(({ query }) => query);
  }
}
