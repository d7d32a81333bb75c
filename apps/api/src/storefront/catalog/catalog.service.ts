/** What may be done to the catalogue: each change is one transaction with its events. */
import { appendToOutbox, Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InvalidInput, NotFound } from '../../access/errors.js';
import { nodeKey, toNodeId } from '../../graphql/relay/node-id.js';
import { OutOfStock } from './catalog.errors.js';
import { productEvents, stockChanged } from './catalog.events.js';
import type { AdjustStockInput, UpdateProductInput } from './catalog.inputs.js';
import { CatalogRepository } from './catalog.repository.js';
import { Category } from './category.entity.js';
import { Product } from './product.entity.js';

@Injectable()
export class CatalogService {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogRepository,
  ) {}

  /** @throws NotFound @throws InvalidInput */
  async updateProduct(input: UpdateProductInput): Promise<Product> {
    const id = nodeKey('Product', input.id);
    return this.transactions.run(async (manager) => {
      const before = await this.catalog.lockProduct(manager, id);
      if (before === undefined) throw new NotFound('The product');
      const changes = {
        name: input.name ?? before.name,
        description: input.description ?? before.description,
        priceMinor: input.price ?? before.priceMinor,
        categoryId: await this.#existingCategory(manager, input.categoryId, before),
      };
      const events = productEvents(before, changes);
      if (events.length === 0) return before;
      await manager.update(Product, id, { ...changes, updatedAt: () => 'now()' });
      await appendToOutbox(manager, ...events);
      return manager.findOneByOrFail(Product, { id });
    });
  }

  /** @throws NotFound @throws OutOfStock when it would fall below zero. */
  async adjustStock(input: AdjustStockInput): Promise<Product> {
    const id = nodeKey('Product', input.productId);
    return this.transactions.run(async (manager) => {
      const product = await manager.findOneBy(Product, { id });
      if (product === null) throw new NotFound('The product');
      const before = await this.#lockStock(manager, id);
      const available = before + input.delta;
      if (available < 0) throw new OutOfStock(toNodeId('Product', id), product.name, -input.delta, before);
      if (available > 2_147_483_647)
        throw new InvalidInput('delta: the stock would be larger than can be counted.');
      await manager.query(
        'UPDATE stock_levels SET available = $2, updated_at = now() WHERE product_id = $1',
        [id, available],
      );
      if (input.delta !== 0) await appendToOutbox(manager, stockChanged(id, available));
      return product;
    });
  }

  /**
   * Nothing is written before the lock is held: a transaction gets its number with its first write, and events are told in
   * the order of these numbers, which is then that of the locks.
   */
  async #lockStock(manager: EntityManager, productId: string): Promise<number> {
    const lock = 'SELECT available FROM stock_levels WHERE product_id = $1 FOR UPDATE';
    const [row] = await manager.query<{ available: number }[]>(lock, [productId]);
    if (row !== undefined) return row.available;
    // Two first deliveries at once must both count, so whoever comes second waits for the first one's row.
    await manager.query(
      'INSERT INTO stock_levels (product_id, available) VALUES ($1, 0) ON CONFLICT DO NOTHING',
      [productId],
    );
    const [created] = await manager.query<{ available: number }[]>(lock, [productId]);
    return created?.available ?? 0;
  }

  async #existingCategory(
    manager: EntityManager,
    categoryId: string | null | undefined,
    product: Product,
  ): Promise<string> {
    if (categoryId === undefined || categoryId === null) return product.categoryId;
    const id = nodeKey('Category', categoryId);
    if (!(await manager.existsBy(Category, { id })))
      throw new InvalidInput('categoryId: there is no such category.');
    return id;
  }
}
