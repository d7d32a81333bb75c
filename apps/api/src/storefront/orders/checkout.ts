/** Turns a locked cart into an order: the steps of one transaction. */
import type { EntityManager } from 'typeorm';
import { InvalidInput, NotFound } from '../../access/errors.js';
import { nodeKey, toNodeId } from '../../graphql/relay/node-id.js';
import { OutOfStock } from '../catalog/catalog.errors.js';
import { CustomerAddress } from '../customers/customer-address.entity.js';
import type { ShippingAddressInput } from './orders.inputs.js';

export interface CheckoutLine {
  readonly product_id: string;
  readonly name: string;
  readonly quantity: number;
  readonly price_minor: number;
  readonly currency: string;
}

export interface ShippingAddress {
  readonly recipient: string;
  readonly street: string | null;
  readonly city: string;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string;
  readonly region: string | null;
}

/** What is in the cart, at the catalogue's prices of this moment. */
export async function readLines(manager: EntityManager, cartId: string): Promise<CheckoutLine[]> {
  return manager.query<CheckoutLine[]>(
    `SELECT p.id::text AS product_id, p.name, l.quantity, p.price_minor, p.currency
       FROM cart_lines l JOIN products p ON p.id = l.product_id
      WHERE l.cart_id = $1
      ORDER BY l.id`,
    [cartId],
  );
}

/** Rows are locked in the order of their ids, so that two orders for the same articles wait and never deadlock. */
async function lockStock(
  manager: EntityManager,
  lines: readonly { readonly product_id: string }[],
): Promise<Map<string, number>> {
  const rows = await manager.query<{ product_id: string; available: number }[]>(
    `SELECT product_id::text, available FROM stock_levels
      WHERE product_id = ANY($1::bigint[]) ORDER BY stock_levels.product_id FOR UPDATE`,
    [lines.map((line) => line.product_id)],
  );
  return new Map(rows.map(({ product_id, available }) => [product_id, available]));
}

/**
 * Takes the units out of stock and returns what is left of each product.
 *
 * @throws OutOfStock for the first article that there is not enough of; nothing is taken then.
 */
export async function takeFromStock(
  manager: EntityManager,
  lines: readonly CheckoutLine[],
): Promise<ReadonlyMap<string, number>> {
  const available = await lockStock(manager, lines);
  for (const { product_id, name, quantity } of lines) {
    const units = available.get(product_id) ?? 0;
    if (units < quantity) throw new OutOfStock(toNodeId('Product', product_id), name, quantity, units);
    available.set(product_id, units - quantity);
  }
  await moveUnits(manager, lines, 'sold');
  return available;
}

/** Puts an order's units back and returns how many there are of each product then. */
export async function returnToStock(
  manager: EntityManager,
  orderId: string,
): Promise<ReadonlyMap<string, number>> {
  const lines = await manager.query<{ product_id: string; quantity: number }[]>(
    `SELECT product_id::text, sum(quantity)::int AS quantity FROM order_lines
      WHERE order_id = $1 GROUP BY order_lines.product_id`,
    [orderId],
  );
  // An article that never had a stock level has one from now on, or its units would vanish.
  await manager.query(
    `INSERT INTO stock_levels (product_id, available)
     SELECT id, 0 FROM unnest($1::bigint[]) AS id ORDER BY id ON CONFLICT DO NOTHING`,
    [lines.map((line) => line.product_id)],
  );
  const available = await lockStock(manager, lines);
  for (const { product_id, quantity } of lines)
    available.set(product_id, (available.get(product_id) ?? 0) + quantity);
  await moveUnits(manager, lines, 'returned');
  return available;
}

/** Moves units between stock and the products' sales counters, in either direction. */
async function moveUnits(
  manager: EntityManager,
  lines: readonly { readonly product_id: string; readonly quantity: number }[],
  direction: 'sold' | 'returned',
): Promise<void> {
  const parameters = [
    lines.map((line) => line.product_id),
    lines.map((line) => (direction === 'sold' ? line.quantity : -line.quantity)),
  ];
  await manager.query(
    `UPDATE stock_levels s SET available = s.available - moved.units, updated_at = now()
       FROM unnest($1::bigint[], $2::integer[]) AS moved (product_id, units)
      WHERE s.product_id = moved.product_id`,
    parameters,
  );
  await manager.query(
    `UPDATE products p SET units_sold = greatest(p.units_sold + moved.units, 0)
       FROM unnest($1::bigint[], $2::integer[]) AS moved (product_id, units)
      WHERE p.id = moved.product_id`,
    parameters,
  );
}

/** @throws NotFound for an entry of another's address book @throws InvalidInput when there is nothing to go by. */
export async function chooseAddress(
  manager: EntityManager,
  customerId: string,
  shipTo: ShippingAddressInput | null | undefined,
): Promise<ShippingAddress> {
  if (shipTo?.addressId !== undefined && shipTo.addressId !== null) {
    const id = nodeKey('CustomerAddress', shipTo.addressId);
    const address = await manager.findOneBy(CustomerAddress, { id, customerId });
    if (address === null) throw new NotFound('The address');
    return address;
  }
  const given = shipTo?.address;
  if (given !== undefined && given !== null) {
    return {
      recipient: given.recipient ?? (await customerName(manager, customerId)),
      street: given.street ?? null,
      city: given.city,
      state: given.state ?? null,
      postalCode: given.postalCode ?? null,
      country: given.country,
      region: null,
    };
  }
  const [latest] = await manager.find(CustomerAddress, {
    where: { customerId },
    order: { id: 'DESC' },
    take: 1,
  });
  return latest ?? lastOrderAddress(manager, customerId);
}

async function customerName(manager: EntityManager, customerId: string): Promise<string> {
  const [row] = await manager.query<{ name: string }[]>('SELECT name FROM customers WHERE id = $1', [
    customerId,
  ]);
  return row?.name ?? '';
}

async function lastOrderAddress(manager: EntityManager, customerId: string): Promise<ShippingAddress> {
  const [row] = await manager.query<ShippingAddress[]>(
    `SELECT recipient, street, city, state, postal_code AS "postalCode", country, region
       FROM orders WHERE customer_id = $1 ORDER BY placed_at DESC, id DESC LIMIT 1`,
    [customerId],
  );
  if (row === undefined)
    throw new InvalidInput('shipTo: there is no address on file; pass `shipTo.address`.');
  return row;
}
