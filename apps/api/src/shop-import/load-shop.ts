/** Loads one shop, whatever its rows come from, file by file in the order of their references. */
import type { DataSource } from 'typeorm';
import { ImportFileUnreadable } from './errors.js';
import { loadCategories } from './load-categories.js';
import { loadCustomers } from './load-customers.js';
import { ImageLoader } from './load-images.js';
import { loadOrders } from './load-orders.js';
import { loadProducts } from './load-products.js';
import { loadReviews } from './load-reviews.js';
import { loadStock } from './load-stock.js';
import { type PictureFolder, picturesOfProducts } from './picture-folder.js';
import { References } from './references.js';
import { refreshCounters } from './refresh-counters.js';
import { FileTally, type ImportReport, type ImportTotals } from './report.js';
import type { RowSource } from './row-source.js';
import type { FileKind } from './shop-files.js';
import type { ShopLoad } from './shop-load.js';

export interface ShopSources {
  readonly sources: Readonly<Partial<Record<FileKind, RowSource>>>;
  readonly pictures?: PictureFolder;
}

export interface LoadShopOptions {
  readonly dataSource: DataSource;
  readonly now: Date;
  readonly onProgress: (line: string) => void;
}

type LoadFile = (load: ShopLoad, source: RowSource, tally: FileTally) => Promise<void>;

const loadedTables =
  'categories, products, customers, customer_addresses, orders, order_lines, reviews, stock_levels, product_images';
const noTotals: ImportTotals = { orders: 0, lines: 0, revenue: '0', revenueByCurrency: {} };

/** Each file is a transaction of its own, orders and their lines together are one. */
export async function loadShop(options: LoadShopOptions, shop: ShopSources): Promise<ImportReport> {
  return new ShopLoader({ ...options, references: new References() }, shop).run();
}

class ShopLoader {
  readonly #tallies: FileTally[] = [];
  #totals = noTotals;

  constructor(
    private readonly load: ShopLoad,
    private readonly shop: ShopSources,
  ) {}

  async run(): Promise<ImportReport> {
    const { references, dataSource, now, onProgress } = this.load;
    await this.#loadFile('categories', loadCategories);
    await references.loadCategories(dataSource.manager);
    await this.#loadFile('products', loadProducts);
    await references.loadProducts(dataSource.manager);
    await this.#loadFile('customers', loadCustomers);
    await references.loadCustomers(dataSource.manager);
    await this.#loadOrders();
    await this.#loadFile('reviews', loadReviews);
    await this.#loadFile('stock', loadStock);
    await this.#loadImages();
    onProgress('counters: units sold, ratings');
    await refreshCounters(dataSource, now);
    await dataSource.query(`ANALYZE ${loadedTables}`); // the planner takes them for empty until autovacuum comes by
    return {
      files: this.#tallies.map((tally) => tally.report()),
      notImported: this.#unusedPictures(),
      totals: this.#totals,
    };
  }

  async #loadFile(kind: FileKind, loadFile: LoadFile): Promise<void> {
    const source = this.shop.sources[kind];
    if (source === undefined) return;
    const tally = this.#open(kind, source);
    await this.#attempt([tally], () => loadFile(this.load, source, tally));
  }

  async #loadOrders(): Promise<void> {
    const [orders, lines] = (['orders', 'order_lines'] as const).map((kind) => {
      const source = this.shop.sources[kind];
      return source === undefined ? undefined : { source, tally: this.#open(kind, source) };
    });
    if (orders === undefined && lines === undefined) return;
    const tallies = [orders, lines].flatMap((file) => file?.tally ?? []);
    await this.#attempt(tallies, async () => {
      this.#totals = await loadOrders(this.load, orders, lines);
    });
  }

  async #loadImages(): Promise<void> {
    const { pictures, sources } = this.shop;
    if (pictures === undefined) return;
    const loader = new ImageLoader(this.load, pictures);
    for (const source of this.#imageSources(pictures, sources)) {
      const tally = this.#open('images', source);
      await this.#attempt([tally], () => loader.loadFrom(source, tally));
    }
  }

  /** What products name themselves comes first; without any list the files of `images/` go by their names. */
  #imageSources(pictures: PictureFolder, sources: ShopSources['sources']): RowSource[] {
    const listed = [
      ...(sources.products?.columns.includes('image') === true ? [picturesOfProducts(sources.products)] : []),
      ...(sources.images === undefined ? [] : [sources.images]),
    ];
    if (listed.length > 0 || pictures.names.length === 0) return listed;
    return [pictures.byName((reference) => this.load.references.product(reference) !== undefined)];
  }

  #open(kind: FileKind, source: RowSource): FileTally {
    const tally = new FileTally(kind, source.name);
    tally.unknownColumns = source.unknownColumns;
    this.#tallies.push(tally);
    this.load.onProgress(`${tally.title}: reading`);
    return tally;
  }

  /** A file that cannot be read to its end has been rolled back; the others are loaded all the same. */
  async #attempt(tallies: readonly FileTally[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
      for (const tally of tallies)
        this.load.onProgress(`${tally.title}: ${tally.read.toLocaleString('en-US')} rows done`);
    } catch (error) {
      if (!(error instanceof ImportFileUnreadable)) throw error;
      for (const tally of tallies) tally.fail(error.message);
    }
  }

  #unusedPictures(): { file: string; reason: string }[] {
    const { pictures } = this.shop;
    const unused = pictures?.unusedCount() ?? 0;
    if (pictures === undefined || unused === 0) return [];
    return [
      {
        file: 'images/',
        reason: `as to ${unused} of ${pictures.names.length} pictures, which no product shows`,
      },
    ];
  }
}
