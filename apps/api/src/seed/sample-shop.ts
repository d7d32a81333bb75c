/** Works out the whole sample shop from the Superstore lines: what the CSV says, and what it lacks. */
import { describeArticle } from './descriptions.js';
import type { Random } from './random.js';
import { reviewsOf, type SeedReview } from './reviews.js';
import { stockLevel } from './stock.js';
import {
  type Article,
  dayMs,
  type Superstore,
  type SuperstoreCustomer,
  type SuperstoreLine,
  type SuperstoreOrder,
} from './superstore.js';
import { orderTimes, type OrderTimes, type Timeline } from './timeline.js';

export interface SampleOrder extends OrderTimes {
  readonly order: SuperstoreOrder;
  readonly customer: SuperstoreCustomer;
}

export interface SampleProduct {
  readonly article: Article;
  readonly description: string;
  readonly createdMs: number;
  /** The newest line that sold it: what it cost then is its price now. */
  readonly latestLine: SuperstoreLine;
  readonly available: number;
}

export interface SampleCustomer {
  readonly customer: SuperstoreCustomer;
  readonly email: string;
  readonly createdMs: number;
}

export interface SampleShop {
  /** By the time at which they were placed. */
  readonly orders: readonly SampleOrder[];
  readonly products: readonly SampleProduct[];
  readonly customers: readonly SampleCustomer[];
  readonly reviews: readonly SeedReview[];
}

const daysBeforeFirstOrder = { product: [14, 200], customer: [0, 90] } as const;
const yearDays = 365;

export function makeSampleShop(store: Superstore, timeline: Timeline, random: Random): SampleShop {
  const orders = store.orders
    .map((order) => sampleOrder(order, timeline, random.fork(`order ${order.number}`)))
    .toSorted((a, b) => a.placedMs - b.placedMs);
  return {
    orders,
    products: sampleProducts(store, orders, timeline, random),
    customers: sampleCustomers(store, orders, random),
    reviews: reviewsOf(
      orders.flatMap(({ order, customer, deliveredMs }) =>
        order.lines.map(({ article }) => ({ article, customer, deliveredMs })),
      ),
      timeline.presentMs,
      random.fork('reviews'),
    ),
  };
}

function sampleOrder(order: SuperstoreOrder, timeline: Timeline, random: Random): SampleOrder {
  const [line] = order.lines;
  if (line === undefined) throw new RangeError(`Order ${order.number} has no lines.`);
  return { order, customer: line.customer, ...orderTimes(order, timeline, random) };
}

interface Sales {
  firstMs: number;
  latestLine: SuperstoreLine;
  unitsOfLastYear: number;
}

function sampleProducts(
  store: Superstore,
  orders: readonly SampleOrder[],
  timeline: Timeline,
  random: Random,
): SampleProduct[] {
  const sales = salesBySku(orders, timeline.presentMs - yearDays * dayMs);
  return store.articles.flatMap((article) => {
    const sold = sales.get(article.sku);
    if (sold === undefined) return [];
    const own = random.fork(`product ${article.sku}`);
    const description = describeArticle(article, own.fork('description'));
    const createdMs = Math.floor(sold.firstMs - own.between(...daysBeforeFirstOrder.product) * dayMs);
    const available = stockLevel(sold.unitsOfLastYear, own.fork('stock'));
    return [{ article, description, createdMs, latestLine: sold.latestLine, available }];
  });
}

function salesBySku(orders: readonly SampleOrder[], yearStartMs: number): Map<string, Sales> {
  const sales = new Map<string, Sales>();
  for (const { order, placedMs } of orders) {
    for (const line of order.lines) {
      const sold = sales.get(line.article.sku) ?? { firstMs: placedMs, latestLine: line, unitsOfLastYear: 0 };
      sold.latestLine = line;
      if (placedMs >= yearStartMs) sold.unitsOfLastYear += line.quantity;
      sales.set(line.article.sku, sold);
    }
  }
  return sales;
}

function sampleCustomers(
  store: Superstore,
  orders: readonly SampleOrder[],
  random: Random,
): SampleCustomer[] {
  const first = new Map<string, number>();
  for (const { customer, placedMs } of orders) {
    if (!first.has(customer.code)) first.set(customer.code, placedMs);
  }
  const taken = new Set<string>();
  return store.customers.map((customer) => {
    const days = random.fork(`customer ${customer.code}`).between(...daysBeforeFirstOrder.customer);
    const createdMs = Math.floor((first.get(customer.code) ?? 0) - days * dayMs);
    return { customer, email: emailOf(customer.name, taken), createdMs };
  });
}

/** `first.last@example.com`, with a number behind it when somebody has that already. */
export function emailOf(name: string, taken: Set<string>): string {
  const [first = '', ...last] = name
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const base = last.length === 0 ? first : `${first}.${last.join('')}`;
  let local = base;
  for (let number = 2; taken.has(local); number += 1) local = `${base}${number}`;
  taken.add(local);
  return `${local}@example.com`;
}
