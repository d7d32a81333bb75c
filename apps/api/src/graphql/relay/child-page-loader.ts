/** Pages below many parents, e.g. the reviews of each listed product: one statement for all parents that ask alike. */
import DataLoader from 'dataloader';
import type { GraphContext } from '../graph-context.js';
import { perOperation } from '../request-loader.js';
import type { Page } from './connection.js';
import type { PageRequest } from './page-args.js';

type PageLoader<Row> = DataLoader<string, Page<Row>>;

interface Loaders<Row> {
  /** By page request and variant: parents that ask for the same page are read together. */
  readonly pages: Map<string, PageLoader<Row>>;
  readonly counts: DataLoader<string, number>;
}

export abstract class ChildPageLoader<Row, Variant extends string = 'default'> {
  protected abstract readPages(
    parentKeys: readonly string[],
    variant: Variant,
    page: PageRequest,
    countOf: (parentKey: string) => Promise<number>,
  ): Promise<ReadonlyMap<string, Page<Row>>>;

  protected abstract readCounts(parentKeys: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /** @param variant tells apart lists that differ in more than the page, e.g. by their sort. */
  load(context: GraphContext, parentKey: string, variant: Variant, page: PageRequest): Promise<Page<Row>> {
    const loaders = perOperation(context, this, () => this.#create(context));
    const key = JSON.stringify([variant, page.limit, page.backward, page.after, page.before]);
    let loader = loaders.pages.get(key);
    if (loader === undefined) {
      loader = this.#pageLoader(context, loaders, variant, page);
      loaders.pages.set(key, loader);
    }
    return loader.load(parentKey);
  }

  #create({ isLive }: GraphContext): Loaders<Row> {
    const counts = new DataLoader<string, number>(
      async (keys) => {
        const found = await this.readCounts(keys);
        return keys.map((key) => found.get(key) ?? 0);
      },
      { cache: !isLive },
    );
    return { pages: new Map(), counts };
  }

  #pageLoader(
    context: GraphContext,
    loaders: Loaders<Row>,
    variant: Variant,
    page: PageRequest,
  ): PageLoader<Row> {
    return new DataLoader(
      async (keys) => {
        const pages = await this.readPages(keys, variant, page, (key) => loaders.counts.load(key));
        return keys.map((key) => pages.get(key) ?? new Error(`No page was read for parent ${key}.`));
      },
      { cache: !context.isLive },
    );
  }
}
