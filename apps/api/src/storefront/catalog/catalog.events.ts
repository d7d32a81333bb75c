/** What happens to the catalogue, as events. */
import type { NewDomainEvent } from '@app/platform';
import type { Product } from './product.entity.js';

export const catalogTopics = {
  productUpdated: 'product.updated',
  priceChanged: 'product.price_changed',
  stockChanged: 'stock.changed',
} as const;

export interface ProductUpdatedPayload {
  readonly productId: string;
  readonly changed: readonly string[];
}

export interface PriceChangedPayload {
  readonly productId: string;
  readonly categoryId: string;
  readonly priceMinor: number;
  readonly previousPriceMinor: number;
  readonly currency: string;
}

export interface StockChangedPayload {
  readonly productId: string;
  readonly available: number;
}

export function stockChanged(productId: string, available: number): NewDomainEvent {
  const payload: StockChangedPayload = { productId, available };
  return { topic: catalogTopics.stockChanged, aggregate: `product:${productId}`, payload: { ...payload } };
}

const editableFields = ['name', 'description', 'priceMinor', 'categoryId'] as const;

/** Nothing when nothing changed. */
export function productEvents(
  before: Product,
  after: Pick<Product, (typeof editableFields)[number]>,
): NewDomainEvent[] {
  const changed = editableFields.filter((field) => before[field] !== after[field]);
  if (changed.length === 0) return [];
  const aggregate = `product:${before.id}`;
  const updated: ProductUpdatedPayload = { productId: before.id, changed };
  const events: NewDomainEvent[] = [
    { topic: catalogTopics.productUpdated, aggregate, payload: { ...updated } },
  ];
  if (before.priceMinor !== after.priceMinor) {
    const price: PriceChangedPayload = {
      productId: before.id,
      categoryId: after.categoryId,
      priceMinor: after.priceMinor,
      previousPriceMinor: before.priceMinor,
      currency: before.currency,
    };
    events.push({ topic: catalogTopics.priceChanged, aggregate, payload: { ...price } });
  }
  return events;
}
