/** Sets how many units of a product can be sold. */
import { chunkRows, inChunks } from './bulk.js';
import { FirstRows } from './first-rows.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { goodRows, type ShopLoad } from './shop-load.js';
import { upsertRows, type UpsertTarget } from './upsert.js';

interface StockRow {
  readonly productId: string;
  readonly available: number;
}

export async function loadStock(load: ShopLoad, source: RowSource, tally: FileTally): Promise<void> {
  const target: UpsertTarget<StockRow> = {
    table: 'stock_levels',
    key: ['product_id'],
    columns: {
      product_id: ['bigint', (stock) => stock.productId],
      available: ['integer', (stock) => stock.available],
      updated_at: ['timestamptz', () => load.now],
    },
    update: ['available'],
    touch: 'updated_at',
  };
  await load.dataSource.transaction(async (manager) => {
    const rows = stockRows(load, source, tally);
    for await (const chunk of inChunks(rows, chunkRows)) {
      await upsertRows(manager, target, chunk, tally);
    }
  });
}

async function* stockRows(load: ShopLoad, source: RowSource, tally: FileTally): AsyncGenerator<StockRow> {
  const rowsByProduct = new FirstRows();
  for await (const { row, fields } of goodRows(load, 'stock', source, tally)) {
    const product = load.references.product(fields.product);
    const earlier = product === undefined ? undefined : rowsByProduct.claim(product.id, row);
    if (product !== undefined && earlier === undefined) {
      yield { productId: product.id, available: fields.available };
    } else {
      const reason =
        earlier === undefined
          ? 'is no product of this import or of the database'
          : `is the product of row ${earlier}`;
      tally.reject(row, { column: source.label('product'), value: fields.product, reason });
    }
  }
}
