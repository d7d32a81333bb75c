/** Everything that happens to a shop's rows, by mutations and by SQL, one random write at a time. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { toNodeId } from '../../../apps/api/src/graphql/relay/node-id.js';
import { AccessTokens } from '../../../apps/api/src/storefront/accounts/access-tokens.js';
import type { GraphqlClient } from '../graphql-client.js';
import type { RunningApp } from '../start-app.js';
import type { Asker } from './questions.js';
import { RandomShop } from './random-shop.js';

const addresses = ['Henderson', 'Seattle', 'Concord', 'Lyon'];

/** `shop`: as often as they happen in a shop. `even`: all kinds alike, so that the rare ones are seen as well. */
export type Mix = 'shop' | 'even';

/** Of a thousand; those that are not named happen {@link seldom}. */
const frequencies: Readonly<Record<string, number>> = {
  'stock (mutation)': 90,
  stock: 90,
  'into the cart': 130,
  'cart line changed': 40,
  'cart line removed': 40,
  'order placed': 110,
  'order cancelled': 15,
  'order shipped (mutation)': 50,
  'order status': 50,
  'price (mutation)': 50,
  price: 50,
  'price by a little': 40,
  'price by another program': 10,
  'units sold': 30,
  rating: 20,
  review: 40,
  'review by another': 20,
  notification: 40,
  'notification read': 30,
  'notifications read (mutation)': 20,
  address: 15,
  'address changed': 10,
};
const seldom = 4;

interface Writers {
  readonly staff: GraphqlClient;
  /** Another program, of which the application knows nothing. */
  readonly stranger: pg.Client;
  readonly mix: Mix;
}

export class ShopWrites {
  readonly #writes: Readonly<Record<string, () => Promise<unknown>>>;

  private constructor(
    private readonly shop: RunningApp,
    private readonly on: RandomShop,
    private readonly writers: Writers,
  ) {
    this.#writes = {
      ...this.#ofProducts(),
      ...this.#ofCategories(),
      ...this.#ofBuyers(),
      ...this.#ofOrders(),
    };
  }

  static async create(
    shop: RunningApp,
    random: () => number,
    askers: readonly Asker[],
    mix: Mix,
  ): Promise<ShopWrites> {
    const [customer] = await shop.dataSource.query<{ id: string }[]>(
      `INSERT INTO customers (name, email) VALUES ('Staff', 'staff-' || gen_random_uuid() || '@example.com') RETURNING id::text`,
    );
    const tokens = shop.app.get(AccessTokens, { strict: false });
    const token = await tokens.issue({ customerId: customer?.id ?? '', role: 'staff' });
    const stranger = new pg.Client({ connectionString: shop.env.DATABASE_URL });
    await stranger.connect();
    return new ShopWrites(shop, new RandomShop(shop, random, askers), {
      staff: shop.guest.as(token),
      stranger,
      mix,
    });
  }

  get refused(): number {
    return this.on.refused;
  }

  async close(): Promise<void> {
    await this.writers.stranger.end();
  }

  /** Resolves when it is committed, and with its kind. What the shop refuses changes nothing and is a write all the same. */
  async write(): Promise<string> {
    const kind = this.#kind();
    await this.#writes[kind]?.();
    return kind;
  }

  #kind(): string {
    const kinds = Object.keys(this.#writes);
    if (this.writers.mix === 'even') return this.on.of(kinds);
    const weights = kinds.map((kind) => frequencies[kind] ?? seldom);
    let left = this.on.random() * weights.reduce((sum, weight) => sum + weight, 0);
    return kinds.find((_, at) => (left -= weights[at] ?? 0) < 0) ?? this.on.of(kinds);
  }

  #ofProducts(): Record<string, () => Promise<unknown>> {
    const update = async (change: object) =>
      this.on.mutate(this.writers.staff, 'updateProduct', 'product { id }', {
        id: toNodeId('Product', await this.on.key('products')),
        ...change,
      });
    const set = async (assignment: string, value: unknown) =>
      this.on.sql(`UPDATE products SET ${assignment} WHERE id = $1`, await this.on.key('products'), value);
    return {
      'price (mutation)': () => update({ price: this.on.below(100_000) }),
      'name (mutation)': () => update({ name: this.on.text() }),
      'description (mutation)': () => update({ description: this.on.text() }),
      'category (mutation)': async () =>
        update({
          categoryId: toNodeId('Category', await this.on.key('categories', 'parent_id IS NOT NULL')),
        }),
      'stock (mutation)': async () =>
        this.on.mutate(this.writers.staff, 'adjustStock', 'product { stock }', {
          productId: toNodeId('Product', await this.on.key('products')),
          delta: this.on.below(40) - 30,
        }),
      price: () => set('price_minor = $2', this.on.below(100_000)),
      'price by a little': () => set('price_minor = price_minor + $2::int', 1 + this.on.below(20)),
      name: () => set('name = $2', this.on.text()),
      description: () => set('description = $2', this.on.text()),
      attributes: () => set('attributes = $2', JSON.stringify({ Colour: this.on.text() })),
      sku: () => set('sku = $2', `SKU-${this.on.below(1e9)}`),
      'created at': () => set(`created_at = now() - $2::int * interval '1 hour'`, this.on.below(20_000)),
      rating: () => set('rating_average = $2', 1 + this.on.below(9) / 2),
      'units sold': () => set('units_sold = units_sold + $2::int', 1 + this.on.below(10)),
      stock: async () =>
        this.on.sql(
          'UPDATE stock_levels SET available = $2 WHERE product_id = $1',
          await this.on.key('products'),
          this.on.below(3) * this.on.below(50),
        ),
      'price by another program': async () => {
        const key = await this.on.key('products');
        await this.writers.stranger.query('UPDATE products SET price_minor = $2 WHERE id = $1', [
          key,
          this.on.below(100_000),
        ]);
        // The relay takes it away when it has told of it.
        while ((await this.on.sql('SELECT FROM row_changes LIMIT 1')).length > 0) await delay(5);
      },
      'prices of a category': async () =>
        this.on.sql(
          `UPDATE products SET price_minor = price_minor + 1 WHERE category_id = $1`,
          await this.on.key('categories', 'parent_id IS NOT NULL'),
        ),
      'new product': async () =>
        this.on.sql(
          `WITH product AS (INSERT INTO products (sku, name, category_id, price_minor) VALUES ($1, $2, $3, $4) RETURNING id)
           INSERT INTO stock_levels (product_id, available) SELECT id, 5 FROM product`,
          `NEW-${this.on.below(1e9)}`,
          this.on.text(),
          await this.on.key('categories', 'parent_id IS NOT NULL'),
          this.on.below(100_000),
        ),
      'product deleted': async () =>
        this.on.sql(
          `DELETE FROM products WHERE id = $1`,
          await this.on.key(
            'products',
            'NOT EXISTS (SELECT FROM order_lines WHERE product_id = products.id)',
          ),
        ),
      'image text': async () =>
        this.on.sql(
          'UPDATE product_images SET alt = $2 WHERE product_id = $1',
          await this.on.key('products'),
          this.on.text(),
        ),
    };
  }

  #ofCategories(): Record<string, () => Promise<unknown>> {
    return {
      'category renamed': async () =>
        this.on.sql(
          'UPDATE categories SET name = $2 WHERE id = $1',
          await this.on.key('categories', 'parent_id IS NOT NULL'),
          this.on.text(),
        ),
      'category moved': async () =>
        this.on.sql(
          'UPDATE categories SET parent_id = $2 WHERE id = $1',
          await this.on.key('categories', 'parent_id IS NOT NULL'),
          await this.on.key('categories', 'parent_id IS NULL'),
        ),
    };
  }

  #ofBuyers(): Record<string, () => Promise<unknown>> {
    const client = ({ token }: Asker) => this.shop.guest.as(token);
    const line = (customerKey: string) =>
      this.on.key('cart_lines', 'cart_id = (SELECT id FROM carts WHERE customer_id = $1)', customerKey);
    return {
      'into the cart': async () =>
        this.on.mutate(client(this.on.of(this.on.askers)), 'addToCart', 'cart { id }', {
          productId: toNodeId('Product', await this.on.key('products')),
          quantity: 1 + this.on.below(3),
        }),
      'cart line changed': async () => {
        const asker = this.on.of(this.on.askers);
        const cartLineId = toNodeId('CartLine', await line(asker.customerKey));
        await this.on.mutate(client(asker), 'updateCartLine', 'cart { id }', {
          cartLineId,
          quantity: 1 + this.on.below(5),
        });
      },
      'cart line removed': async () => {
        const asker = this.on.of(this.on.askers);
        const cartLineId = toNodeId('CartLine', await line(asker.customerKey));
        await this.on.mutate(client(asker), 'removeCartLine', 'cart { id }', { cartLineId });
      },
      review: async () =>
        this.on.mutate(client(this.on.of(this.on.askers)), 'addReview', 'review { id }', {
          productId: toNodeId('Product', await this.on.key('products')),
          rating: 1 + this.on.below(5),
          title: this.on.text(),
          body: this.on.text(),
        }),
      'review by another': async () =>
        this.on.sql(
          `INSERT INTO reviews (product_id, customer_id, rating, title) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
          await this.on.key('products'),
          await this.on.key('customers'),
          1 + this.on.below(5),
          this.on.text(),
        ),
      'review deleted': async () =>
        this.on.sql('DELETE FROM reviews WHERE id = $1', await this.on.key('reviews')),
      'notifications read (mutation)': async () =>
        this.on.mutate(client(this.on.of(this.on.askers)), 'markNotificationsRead', 'markedCount', {}),
      notification: async () =>
        this.on.sql(
          `INSERT INTO notifications (customer_id, kind, title) VALUES ($1, 'note', $2)`,
          await this.on.customer(),
          this.on.text(),
        ),
      'notification read': async () =>
        this.on.sql(
          'UPDATE notifications SET read_at = now() WHERE id = $1',
          await this.on.key('notifications', 'customer_id = $1', await this.on.customer()),
        ),
      address: async () =>
        this.on.sql(
          `INSERT INTO customer_addresses (customer_id, recipient, city, country) VALUES ($1, $2, $3, 'France')`,
          await this.on.customer(),
          this.on.text(),
          this.on.of(addresses),
        ),
      'address changed': async () =>
        this.on.sql(
          'UPDATE customer_addresses SET city = $2 WHERE customer_id = $1',
          await this.on.customer(),
          this.on.of(addresses),
        ),
      'customer renamed': async () =>
        this.on.sql('UPDATE customers SET name = $2 WHERE id = $1', await this.on.customer(), this.on.text()),
    };
  }

  #ofOrders(): Record<string, () => Promise<unknown>> {
    return {
      'order placed': async () => {
        const client = this.shop.guest.as(this.on.of(this.on.askers).token);
        await this.on.mutate(client, 'addToCart', 'cart { id }', {
          productId: toNodeId('Product', await this.on.key('products')),
          quantity: 1,
        });
        const address = { city: this.on.of(addresses), country: 'France' };
        await this.on.mutate(client, 'placeOrder', 'order { id }', { shipTo: { address } });
      },
      'order cancelled': async () => {
        const { token, customerKey } = this.on.of(this.on.askers);
        const key = await this.on.key('orders', `customer_id = $1 AND status = 'PLACED'`, customerKey);
        await this.on.mutate(this.shop.guest.as(token), 'cancelOrder', 'order { id }', {
          orderId: toNodeId('Order', key),
        });
      },
      'order shipped (mutation)': async () =>
        this.on.mutate(this.writers.staff, 'updateOrderStatus', 'order { id }', {
          orderId: toNodeId('Order', await this.on.key('orders', `status = 'PLACED'`)),
          status: 'SHIPPED',
        }),
      'order status': async () =>
        this.on.sql(
          'UPDATE orders SET status = $2 WHERE id = $1',
          await this.on.key('orders', 'customer_id = $1', await this.on.customer()),
          this.on.of(['PLACED', 'SHIPPED', 'DELIVERED']),
        ),
    };
  }
}
