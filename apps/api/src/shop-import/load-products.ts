/** Loads products by their sku, with attributes and translations from columns of their own. */
import { chunkRows, inChunks } from './bulk.js';
import { minorUnitDigits } from '../money/currency.js';
import { formatDecimal, toMinorUnits } from './decimal.js';
import { FirstRows } from './first-rows.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { attributeOf, translationOf } from './shop-files.js';
import { type GoodRow, goodRows, type ShopLoad } from './shop-load.js';
import { upsertRows, type UpsertTarget } from './upsert.js';

const defaultCurrency = 'USD';
const maxPriceMinor = 2_147_483_647n;

interface ProductRow {
  readonly sku: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly translations: string;
  readonly attributes: string;
  readonly categoryId: string;
  readonly priceMinor: string;
  readonly currency: string;
  readonly cost: string | undefined;
  readonly createdAt: string | undefined;
}

export async function loadProducts(load: ShopLoad, source: RowSource, tally: FileTally): Promise<void> {
  const skuByProductId = new Map<string, string>();
  await load.dataSource.transaction(async (manager) => {
    const target = productTarget(source, load.now);
    const products = resolvedProducts(load, source, tally, skuByProductId);
    for await (const chunk of inChunks(products, chunkRows)) {
      await upsertRows(manager, target, chunk, tally);
    }
  });
  for (const [id, sku] of skuByProductId) load.references.skuByProductId.set(id, sku);
}

async function* resolvedProducts(
  load: ShopLoad,
  source: RowSource,
  tally: FileTally,
  skuByProductId: Map<string, string>,
): AsyncGenerator<ProductRow> {
  const rowsBySku = new FirstRows();
  const rowsById = new FirstRows();
  for await (const row of goodRows(load, 'products', source, tally)) {
    const { fields } = row;
    const sku = fields.sku ?? fields.id ?? '';
    const categoryId = load.references.category(fields.category_id);
    const currency = fields.currency ?? defaultCurrency;
    const priceMinor = toMinorUnits(fields.price, minorUnitDigits(currency));
    if (categoryId === undefined) {
      const reason = 'is no category of this import, and no slug of the database';
      tally.reject(row.row, { column: source.label('category_id'), value: fields.category_id, reason });
    } else if (priceMinor > maxPriceMinor) {
      const reason = `is more than ${maxPriceMinor} in minor units`;
      tally.reject(row.row, { column: source.label('price'), value: row.values['price'] ?? '', reason });
    } else if (isFirst(row, sku, { rowsBySku, rowsById, source, tally })) {
      if (fields.id !== undefined && fields.id !== sku) skuByProductId.set(fields.id, sku);
      yield toProduct(row, sku, categoryId, String(priceMinor));
    }
  }
}

interface ProductKeys {
  readonly rowsBySku: FirstRows;
  readonly rowsById: FirstRows;
  readonly source: RowSource;
  readonly tally: FileTally;
}

/** Which of two products an order's line would mean cannot be said, so the second is rejected. */
function isFirst({ row, fields }: GoodRow<'products'>, sku: string, keys: ProductKeys): boolean {
  const { rowsBySku, rowsById, source, tally } = keys;
  const sameSku = rowsBySku.claim(sku, row);
  const sameId = fields.id === undefined ? undefined : rowsById.claim(fields.id, row);
  const [column, value] = sameSku === undefined ? ['id', fields.id ?? ''] : ['sku', sku];
  const earlier = sameSku ?? sameId;
  if (earlier === undefined) return true;
  tally.reject(row, { column: source.label(column), value, reason: `is the ${column} of row ${earlier}` });
  return false;
}

function toProduct(
  row: GoodRow<'products'>,
  sku: string,
  categoryId: string,
  priceMinor: string,
): ProductRow {
  const { fields } = row;
  return {
    sku,
    name: fields.name,
    description: fields.description,
    translations: JSON.stringify(translationsOf(row.values)),
    attributes: JSON.stringify(attributesOf(row.values)),
    categoryId,
    priceMinor,
    currency: fields.currency ?? defaultCurrency,
    cost: fields.cost === undefined ? undefined : formatDecimal(fields.cost),
    createdAt: fields.created_at,
  };
}

function attributesOf(values: Readonly<Record<string, string>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const column in values) {
    const name = attributeOf(column);
    const value = values[column];
    if (name !== undefined && value !== undefined) attributes[name] = value;
  }
  return attributes;
}

function translationsOf(values: Readonly<Record<string, string>>): Record<string, Record<string, string>> {
  const translations: Record<string, Record<string, string>> = {};
  for (const column in values) {
    const translation = translationOf(column);
    const value = values[column];
    if (translation === undefined || value === undefined) continue;
    translations[translation.language] = { ...translations[translation.language], [translation.text]: value };
  }
  return translations;
}

/** A column that the file lacks stays as it is in a product that is there already. */
function productTarget(source: RowSource, now: Date): UpsertTarget<ProductRow> {
  const optional = ['description', 'currency', 'cost'].filter((column) => source.columns.includes(column));
  if (source.columns.some((column) => attributeOf(column) !== undefined)) optional.push('attributes');
  if (source.columns.some((column) => translationOf(column) !== undefined)) optional.push('translations');
  const createdAt = ['created_at', 'least(t.created_at, excluded.created_at)'] as const;
  return {
    table: 'products',
    key: ['sku'],
    columns: {
      sku: ['text', (product) => product.sku],
      name: ['text', (product) => product.name],
      description: ['text', (product) => product.description ?? ''],
      translations: ['jsonb', (product) => product.translations],
      attributes: ['jsonb', (product) => product.attributes],
      category_id: ['bigint', (product) => product.categoryId],
      price_minor: ['integer', (product) => product.priceMinor],
      currency: ['text', (product) => product.currency],
      cost: ['numeric', (product) => product.cost],
      created_at: ['timestamptz', (product) => product.createdAt ?? now],
      updated_at: ['timestamptz', () => now],
    },
    update: [
      'name',
      'category_id',
      'price_minor',
      ...optional,
      ...(source.columns.includes('created_at') ? [createdAt] : []),
    ],
    touch: 'updated_at',
  };
}
