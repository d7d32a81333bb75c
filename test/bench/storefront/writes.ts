/** What happens to a shop while people look at it: by mutations of customers and staff, and by SQL of another program. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { zipfRanks } from '../../support/zipf.js';
import type { Catalogue, Product } from './catalogue.js';
import { chosenOf, popularityAlpha } from './questions.js';
import type { ShopClient } from './shop-client.js';

/** Of a thousand writes; 870 are mutations, 130 another program's SQL. */
const frequencies = [
  ['added to a cart', 220],
  ['delivery', 140],
  ['price', 110],
  ['review', 110],
  ['order placed', 110],
  ['cart line changed', 40],
  ['order shipped', 40],
  ['notifications read', 40],
  ['cart line removed', 30],
  ['description', 20],
  ['order cancelled', 10],
  ['stock counted (SQL)', 50],
  ['price imported (SQL)', 30],
  ['notification (SQL)', 20],
  ['review imported (SQL)', 15],
  ['order delivered (SQL)', 10],
  ['new product (SQL)', 5],
] as const;

type WriteKind = (typeof frequencies)[number][0];

export interface Writers {
  readonly client: ShopClient;
  /** Tokens of the catalogue's customers, in their order. */
  readonly customers: readonly string[];
  readonly staff: string;
}

interface PlacedOrder {
  readonly id: string;
  /** Of who has placed it. */
  readonly token: string;
}

interface Placed {
  readonly order: { readonly id: string };
}

interface Cart {
  readonly cart: { readonly lines: readonly { readonly id: string }[] } | null;
}

export class StorefrontWrites {
  readonly counts = new Map<string, number>();
  /** Those that the shop would not have, as the second review of a product. */
  refused = 0;
  readonly #product: () => number;
  readonly #customer: () => number;
  readonly #placed: PlacedOrder[] = [];

  private constructor(
    private readonly stranger: pg.Client,
    private readonly catalogue: Catalogue,
    private readonly writers: Writers,
    private readonly random: () => number,
  ) {
    this.#product = zipfRanks(catalogue.products.length, popularityAlpha, random);
    this.#customer = zipfRanks(catalogue.customers.length, popularityAlpha, random);
  }

  static async open(
    databaseUrl: string,
    catalogue: Catalogue,
    writers: Writers,
    random: () => number,
  ): Promise<StorefrontWrites> {
    const stranger = new pg.Client({ connectionString: databaseUrl });
    await stranger.connect();
    return new StorefrontWrites(stranger, catalogue, writers, random);
  }

  async close(): Promise<void> {
    await this.stranger.end();
  }

  /** Resolves when it is committed and the nodes have been told. */
  async write(): Promise<void> {
    const kind = chosenOf(frequencies, this.random);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    await this.#does[kind]();
  }

  readonly #does: Readonly<Record<WriteKind, () => Promise<unknown>>> = {
    'added to a cart': () => this.#addToCart(this.#someCustomer()),
    delivery: () =>
      this.#byStaff('adjustStock', { productId: this.#popular().id, delta: 1 + this.#below(60) }),
    price: () => this.#byStaff('updateProduct', { id: this.#any().id, price: 100 + this.#below(50_000) }),
    description: () =>
      this.#byStaff('updateProduct', {
        id: this.#any().id,
        description: `Now ${this.#below(1e9)} times better.`,
      }),
    review: () =>
      this.#mutate(
        'addReview',
        {
          productId: this.#popular().id,
          rating: 1 + this.#below(5),
          title: 'As described',
          body: 'I would buy it again.',
        },
        this.#tokenOf(this.#below(this.catalogue.customers.length)),
      ),
    'order placed': () => this.#placeOrder(this.#someCustomer()),
    'cart line changed': () =>
      this.#onCartLine((cartLineId, token) =>
        this.#mutate('updateCartLine', { cartLineId, quantity: 1 + this.#below(5) }, token),
      ),
    'cart line removed': () =>
      this.#onCartLine((cartLineId, token) => this.#mutate('removeCartLine', { cartLineId }, token)),
    'order shipped': () =>
      this.#onPlaced(({ id }) => this.#byStaff('updateOrderStatus', { orderId: id, status: 'SHIPPED' })),
    'order cancelled': () =>
      this.#onPlaced(({ id, token }) => this.#mutate('cancelOrder', { orderId: id }, token)),
    'notifications read': () =>
      this.#mutate('markNotificationsRead', {}, this.#tokenOf(this.#someCustomer())),
    'stock counted (SQL)': () =>
      this.#sql(
        'UPDATE stock_levels SET available = $2 WHERE product_id = (SELECT id FROM products WHERE sku = $1)',
        [this.#any().sku, this.#below(3) * this.#below(50)],
      ),
    'price imported (SQL)': () =>
      this.#sql('UPDATE products SET price_minor = $2, updated_at = now() WHERE sku = $1', [
        this.#any().sku,
        100 + this.#below(50_000),
      ]),
    'notification (SQL)': () =>
      this.#sql(
        `INSERT INTO notifications (customer_id, kind, title)
         SELECT id, 'offer', 'Something for you' FROM customers WHERE email = $1`,
        [this.catalogue.customers[this.#someCustomer()]],
      ),
    'review imported (SQL)': () =>
      this.#sql(
        `INSERT INTO reviews (product_id, customer_id, rating, title)
         SELECT p.id, c.id, $2, 'From elsewhere' FROM products p CROSS JOIN customers c
          WHERE p.sku = $1 ORDER BY c.id OFFSET $3 LIMIT 1 ON CONFLICT DO NOTHING`,
        [this.#popular().sku, 1 + this.#below(5), this.#below(700)],
      ),
    'order delivered (SQL)': () =>
      this.#sql(
        `UPDATE orders SET status = 'DELIVERED', delivered_at = now()
          WHERE id = (SELECT min(id) FROM orders WHERE status = 'SHIPPED')`,
        [],
      ),
    'new product (SQL)': () =>
      this.#sql(
        `WITH product AS (INSERT INTO products (sku, name, category_id, price_minor)
           SELECT $1, $2, category_id, $3 FROM products WHERE sku = $4 RETURNING id)
         INSERT INTO stock_levels (product_id, available) SELECT id, 50 FROM product`,
        [
          `NEW-${this.#below(1e9)}`,
          `Novelty ${this.#below(1e6)}`,
          100 + this.#below(50_000),
          this.#any().sku,
        ],
      ),
  };

  #below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** What sells is what people look at. */
  #popular(): Product {
    return this.#productAt(this.#product());
  }

  #any(): Product {
    return this.#productAt(this.#below(this.catalogue.products.length));
  }

  #productAt(rank: number): Product {
    const product = this.catalogue.products[rank];
    if (product === undefined) throw new Error('There are no products.');
    return product;
  }

  #someCustomer(): number {
    return this.#customer();
  }

  #tokenOf(customer: number): string {
    return this.writers.customers[customer] ?? '';
  }

  #addToCart(customer: number): Promise<void> {
    const input = { productId: this.#popular().id, quantity: 1 + this.#below(2) };
    return this.#mutate('addToCart', input, this.#tokenOf(customer));
  }

  #byStaff(field: string, input: object): Promise<void> {
    return this.#mutate(field, input, this.writers.staff);
  }

  async #mutate(field: string, input: object, token: string): Promise<void> {
    const payload = await this.writers.client.mutate(field, input, 'clientMutationId', token);
    if (payload === undefined) this.refused += 1;
  }

  async #onCartLine(change: (cartLineId: string, token: string) => Promise<void>): Promise<void> {
    const token = this.#tokenOf(this.#someCustomer());
    const { cart } = await this.writers.client.read<Cart>('{ cart { lines { id } } }', {}, token);
    const line = cart?.lines[0];
    if (line === undefined) this.refused += 1;
    else await change(line.id, token);
  }

  async #placeOrder(customer: number): Promise<void> {
    await this.#addToCart(customer);
    const shipTo = { address: { city: 'Henderson', country: 'United States' } };
    const token = this.#tokenOf(customer);
    const placed = await this.writers.client.mutate<Placed>('placeOrder', { shipTo }, 'order { id }', token);
    if (placed === undefined) this.refused += 1;
    else this.#placed.push({ id: placed.order.id, token });
  }

  /** The one that has waited longest. */
  async #onPlaced(change: (order: PlacedOrder) => Promise<void>): Promise<void> {
    const order = this.#placed.shift();
    if (order === undefined) this.refused += 1;
    else await change(order);
  }

  async #sql(sql: string, values: readonly unknown[]): Promise<void> {
    await this.stranger.query(sql, [...values]);
    // The relay takes the note of a change away when it has told of it.
    while ((await this.stranger.query('SELECT FROM row_changes LIMIT 1')).rowCount !== 0) await delay(2);
  }
}
