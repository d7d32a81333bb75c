/** Places, cancels and moves orders on; each is one transaction with its events. */
import { appendToOutbox, Transactions, type NewDomainEvent } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NotFound } from '../../access/errors.js';
import { hasRole, type Viewer } from '../../access/viewer.js';
import { minorUnit } from '../../money/currency.js';
import { largestAmount } from '../../money/money.js';
import { nodeKey } from '../../graphql/relay/node-id.js';
import { stockChanged } from '../catalog/catalog.events.js';
import { lockCart } from './cart.service.js';
import {
  chooseAddress,
  readLines,
  returnToStock,
  takeFromStock,
  type CheckoutLine,
  type ShippingAddress,
} from './checkout.js';
import { Order, type OrderStatus } from './order.entity.js';
import { orderEvent, orderTopics } from './order.events.js';
import { CartTooLarge, EmptyCart, MixedCurrencies, WrongOrderStatus } from './orders.errors.js';
import type { PlaceOrderInput } from './orders.inputs.js';

interface NewOrder {
  readonly customerId: string;
  readonly idempotencyKey: string | null;
  readonly lines: readonly CheckoutLine[];
  readonly address: ShippingAddress;
}

/** What an order must be to become the next thing. */
const statusBefore: Readonly<Record<'SHIPPED' | 'DELIVERED', OrderStatus>> = {
  SHIPPED: 'PLACED',
  DELIVERED: 'SHIPPED',
};

function stockEvents(stock: ReadonlyMap<string, number>): NewDomainEvent[] {
  return [...stock].map(([productId, available]) => stockChanged(productId, available));
}

@Injectable()
export class OrdersService {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Orders what is in the cart and empties it. The cart's lock makes two calls of one customer wait for each other, so that
   * the second finds the first's order by its key.
   *
   * @throws EmptyCart @throws OutOfStock @throws NotFound @throws InvalidInput
   */
  async place(customerId: string, input: PlaceOrderInput): Promise<Order> {
    const idempotencyKey = input.idempotencyKey ?? null;
    return this.transactions.run(async (manager) => {
      const cart = await lockCart(manager, customerId);
      const earlier =
        idempotencyKey === null ? null : await manager.findOneBy(Order, { customerId, idempotencyKey });
      if (earlier !== null) return earlier;
      const lines = await readLines(manager, cart.id);
      if (lines.length === 0) throw new EmptyCart();
      const address = await chooseAddress(manager, customerId, input.shipTo);
      const stock = await takeFromStock(manager, lines);
      const order = await this.#write(manager, { customerId, idempotencyKey, lines, address });
      await manager.query('DELETE FROM cart_lines WHERE cart_id = $1', [cart.id]);
      await appendToOutbox(manager, orderEvent(orderTopics.placed, order), ...stockEvents(stock));
      return order;
    });
  }

  /** Gives the units back. @throws NotFound @throws WrongOrderStatus once it has been shipped. */
  async cancel(viewer: Viewer, orderId: string): Promise<Order> {
    return this.transactions.run(async (manager) => {
      const order = await this.#lock(manager, orderId, viewer);
      if (order.status === 'CANCELLED') return order;
      if (order.status !== 'PLACED') throw new WrongOrderStatus('cancelled', order.status);
      const stock = await returnToStock(manager, order.id);
      return this.#setStatus(manager, order, 'CANCELLED', stockEvents(stock));
    });
  }

  /** @throws NotFound @throws WrongOrderStatus when the step does not follow from where the order is. */
  async advance(viewer: Viewer, orderId: string, status: 'SHIPPED' | 'DELIVERED'): Promise<Order> {
    return this.transactions.run(async (manager) => {
      const order = await this.#lock(manager, orderId, viewer);
      if (order.status === status) return order;
      if (order.status !== statusBefore[status])
        throw new WrongOrderStatus(status.toLowerCase(), order.status);
      return this.#setStatus(manager, order, status, []);
    });
  }

  async #lock(manager: EntityManager, orderId: string, viewer: Viewer): Promise<Order> {
    const order = await manager.findOne(Order, {
      where: { id: nodeKey('Order', orderId) },
      lock: { mode: 'pessimistic_write' },
    });
    const isTheirs = order !== null && (order.customerId === viewer.customerId || hasRole(viewer, 'staff'));
    if (!isTheirs) throw new NotFound('The order');
    return order;
  }

  async #setStatus(
    manager: EntityManager,
    order: Order,
    status: Exclude<OrderStatus, 'PLACED'>,
    further: readonly NewDomainEvent[],
  ): Promise<Order> {
    const reachedAt = { SHIPPED: 'shippedAt', DELIVERED: 'deliveredAt', CANCELLED: 'cancelledAt' }[status];
    await manager.update(Order, { id: order.id }, { status, [reachedAt]: () => 'now()' });
    const changed = await manager.findOneByOrFail(Order, { id: order.id });
    await appendToOutbox(manager, orderEvent(orderTopics.statusChanged, changed), ...further);
    return changed;
  }

  async #write(
    manager: EntityManager,
    { customerId, idempotencyKey, lines, address }: NewOrder,
  ): Promise<Order> {
    const [{ currency } = { currency: '' }] = lines;
    // The cart sees to it when something is added; a product's currency may have been changed since.
    if (lines.some((line) => line.currency !== currency)) throw new MixedCurrencies();
    const totalMinor = lines.reduce((sum, line) => sum + line.price_minor * line.quantity, 0);
    if (totalMinor > largestAmount) throw new CartTooLarge('the total is larger than one order may have');
    const [row] = await manager.query<{ id: string }[]>(
      `INSERT INTO orders (number, customer_id, status, currency, recipient, street, city, state, postal_code, country,
                           region, total, total_minor, idempotency_key)
       VALUES (to_char(now(), '"SW"-YYYY-') || lpad(nextval('order_numbers')::text, 6, '0'),
               $1, 'PLACED', $2, $3, $4, $5, $6, $7, $8, $9, $10::numeric * $12::numeric, $10::integer, $11)
       RETURNING id::text`,
      [
        customerId,
        currency,
        address.recipient,
        address.street,
        address.city,
        address.state,
        address.postalCode,
        address.country,
        address.region,
        totalMinor,
        idempotencyKey,
        minorUnit(currency),
      ],
    );
    const orderId = row?.id as string;
    await manager.query(
      `INSERT INTO order_lines (order_id, line_number, product_id, product_name, quantity, unit_price, amount, amount_minor)
       SELECT $1, place, product_id, name, quantity, price * $6::numeric, price * quantity * $6::numeric,
              price * quantity
         FROM unnest($2::bigint[], $3::text[], $4::integer[], $5::integer[]) WITH ORDINALITY
           AS line (product_id, name, quantity, price, place)`,
      [
        orderId,
        lines.map((line) => line.product_id),
        lines.map((line) => line.name),
        lines.map((line) => line.quantity),
        lines.map((line) => line.price_minor),
        minorUnit(currency),
      ],
    );
    return manager.findOneByOrFail(Order, { id: orderId });
  }
}
