/** Changes a customer's cart; every change locks it first, so that two devices never undo one another. */
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NotFound } from '../../access/errors.js';
import { largestAmount } from '../../money/money.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { Product } from '../catalog/product.entity.js';
import { Cart, CartLine } from './cart.entity.js';
import { CartTooLarge, MixedCurrencies } from './orders.errors.js';
import { mostUnits } from './orders.inputs.js';

/** Different articles in a cart; each is a lock when it is ordered. */
const mostLines = 100;

/** The customer's cart, there from now on and locked until the transaction ends. */
export async function lockCart(manager: EntityManager, customerId: string): Promise<Cart> {
  await manager.query('INSERT INTO carts (customer_id) VALUES ($1) ON CONFLICT (customer_id) DO NOTHING', [
    customerId,
  ]);
  return manager.findOneOrFail(Cart, { where: { customerId }, lock: { mode: 'pessimistic_write' } });
}

@Injectable()
export class CartService {
  constructor(private readonly transactions: Transactions) {}

  /** @throws NotFound @throws CartTooLarge @throws MixedCurrencies */
  async add(customerId: string, productId: string, quantity: number): Promise<Cart> {
    const productKey = nodeKey('Product', productId);
    return this.#change(customerId, async (manager, cart) => {
      if (!(await manager.existsBy(Product, { id: productKey }))) throw new NotFound('The product');
      const line = await manager.findOneBy(CartLine, { cartId: cart.id, productId: productKey });
      if (line !== null) return this.#setQuantity(manager, line, line.quantity + quantity);
      if ((await manager.countBy(CartLine, { cartId: cart.id })) >= mostLines) {
        throw new CartTooLarge(`${mostLines} different articles at most`);
      }
      await manager.insert(CartLine, { cartId: cart.id, productId: productKey, quantity });
    });
  }

  /** @throws NotFound @throws CartTooLarge */
  async setQuantity(customerId: string, cartLineId: string, quantity: number): Promise<Cart> {
    const lineKey = nodeKey('CartLine', cartLineId);
    return this.#change(customerId, async (manager, cart) => {
      const line = await manager.findOneBy(CartLine, { id: lineKey, cartId: cart.id });
      if (line === null) throw new NotFound('The cart line');
      await this.#setQuantity(manager, line, quantity);
    });
  }

  async #setQuantity(manager: EntityManager, line: CartLine, quantity: number): Promise<void> {
    if (quantity > mostUnits) throw new CartTooLarge(`${mostUnits} units of one article at most`);
    if (quantity === 0) await manager.delete(CartLine, { id: line.id });
    else await manager.update(CartLine, { id: line.id }, { quantity });
  }

  /** @throws CartTooLarge @throws MixedCurrencies for a cart that could not become one order. */
  async #refuseUncountable(manager: EntityManager, cart: Cart): Promise<void> {
    const [row] = await manager.query<{ total: string | null; currencies: number }[]>(
      `SELECT sum(l.quantity::bigint * p.price_minor) AS total, count(DISTINCT p.currency)::int AS currencies
         FROM cart_lines l JOIN products p ON p.id = l.product_id WHERE l.cart_id = $1`,
      [cart.id],
    );
    if (row === undefined) return;
    if (row.currencies > 1) throw new MixedCurrencies();
    if (Number(row.total ?? 0) > largestAmount) {
      throw new CartTooLarge('the total is larger than one order may have');
    }
  }

  async #change(
    customerId: string,
    change: (manager: EntityManager, cart: Cart) => Promise<void>,
  ): Promise<Cart> {
    return this.transactions.run(async (manager) => {
      const cart = await lockCart(manager, customerId);
      await change(manager, cart);
      await this.#refuseUncountable(manager, cart);
      await manager.update(Cart, { id: cart.id }, { updatedAt: () => 'now()' });
      return cart;
    });
  }
}
