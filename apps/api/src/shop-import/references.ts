/** Finds the database's ids for the names that files use: keys of this import first, natural keys of the database next. */
import type { EntityManager } from 'typeorm';
import { selectRows } from './bulk.js';

export interface KnownProduct {
  readonly id: string;
  readonly currency: string;
}

/** Holds keys and ids only, never rows, so that a shop of a million lines fits. */
export class References {
  /** File ids of this import's categories; a file that was rolled back leaves none. */
  readonly categoryIds = new Map<string, string>();
  /** What this import's product file calls a product, where that is not its sku. */
  readonly skuByProductId = new Map<string, string>();
  #categoriesBySlug = new Map<string, string>();
  #productsBySku = new Map<string, KnownProduct>();
  #customersByCode = new Map<string, string>();

  async loadCategories(manager: EntityManager): Promise<void> {
    const rows = await selectRows<{ id: string; slug: string }>(manager, 'SELECT id, slug FROM categories');
    this.#categoriesBySlug = new Map(rows.map((row) => [row.slug, row.id]));
  }

  async loadProducts(manager: EntityManager): Promise<void> {
    const rows = await selectRows<KnownProduct & { sku: string }>(
      manager,
      'SELECT id, sku, currency FROM products',
    );
    this.#productsBySku = new Map(rows.map(({ id, sku, currency }) => [sku, { id, currency }]));
  }

  async loadCustomers(manager: EntityManager): Promise<void> {
    const rows = await selectRows<{ id: string; code: string }>(
      manager,
      'SELECT id, code FROM customers WHERE code IS NOT NULL',
    );
    this.#customersByCode = new Map(rows.map((row) => [row.code, row.id]));
  }

  /** @param reference an id of this import's categories, or a slug. */
  category(reference: string): string | undefined {
    return this.categoryIds.get(reference) ?? this.#categoriesBySlug.get(reference);
  }

  productBySku(sku: string): KnownProduct | undefined {
    return this.#productsBySku.get(sku);
  }

  /** @param reference an id of this import's products, or a sku. */
  product(reference: string): KnownProduct | undefined {
    return this.productBySku(this.skuByProductId.get(reference) ?? reference);
  }

  customer(code: string): string | undefined {
    return this.#customersByCode.get(code);
  }
}
