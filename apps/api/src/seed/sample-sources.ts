/** Hands the sample shop to the importer, as the rows of the files that any shop consists of. */
import { divide, formatDecimal, multiply, one, roundTo, subtract } from '../shop-import/decimal.js';
import { type RowSource, rowsInMemory } from '../shop-import/row-source.js';
import type { FileKind } from '../shop-import/shop-files.js';
import { slugOf } from '../shop-import/slug.js';
import { factsOf } from './name-facts.js';
import type { SampleOrder, SampleProduct, SampleShop } from './sample-shop.js';
import type { SuperstoreLine } from './superstore.js';

/** Decimals of a unit price that does not divide evenly: amounts are kept beside it, exactly. */
const unitPriceDecimals = 10;
const currency = 'USD';

type Values = Readonly<Record<string, string | undefined>>;

export function sampleSources(shop: SampleShop): Partial<Record<FileKind, RowSource>> {
  return {
    categories: source('categories', ['id', 'parent_id', 'name', 'slug', 'position'], () =>
      categoryRows(shop),
    ),
    products: source(
      'products',
      [
        'sku',
        'name',
        'description',
        'category_id',
        'price',
        'currency',
        'cost',
        'created_at',
        'attributes.brand',
        'attributes.color',
        'attributes.pack',
      ],
      () => shop.products.map(productRow),
    ),
    customers: source('customers', ['id', 'name', 'email', 'segment', 'created_at'], () =>
      shop.customers.map(({ customer, email, createdMs }) => ({
        id: customer.code,
        name: customer.name,
        email,
        segment: customer.segment,
        created_at: iso(createdMs),
      })),
    ),
    orders: source('orders', orderColumns, () => shop.orders.map(orderRow)),
    order_lines: source('order_lines', lineColumns, () => shop.orders.flatMap(lineRows)),
    reviews: source('reviews', ['product', 'customer', 'rating', 'title', 'body', 'created_at'], () =>
      shop.reviews.map((review) => ({
        product: review.article.sku,
        customer: review.customer.code,
        rating: String(review.rating),
        title: review.title,
        body: review.body,
        created_at: iso(review.createdMs),
      })),
    ),
    stock: source('stock', ['product', 'available'], () =>
      shop.products.map(({ article, available }) => ({ product: article.sku, available: String(available) })),
    ),
  };
}

function source(kind: FileKind, columns: readonly string[], rows: () => Iterable<Values>): RowSource {
  return rowsInMemory(`${kind} (Superstore)`, columns, rows);
}

function iso(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
}

/** The departments first, then what is in them, each in the order in which the Superstore names them. */
function categoryRows(shop: SampleShop): Values[] {
  const departments = new Map<string, Set<string>>();
  for (const { article } of shop.products) {
    const department = departments.get(article.category) ?? new Set();
    departments.set(article.category, department.add(article.subCategory));
  }
  const tops = [...departments.keys()].map((name, position) => categoryRow(name, position));
  const subs = [...departments].flatMap(([parent, names]) =>
    [...names].map((name, position) => categoryRow(name, position, slugOf(parent))),
  );
  return [...tops, ...subs];
}

function categoryRow(name: string, position: number, parent?: string): Values {
  return { id: slugOf(name), slug: slugOf(name), name, position: String(position), parent_id: parent };
}

function productRow({ article, description, createdMs, latestLine }: SampleProduct): Values {
  const { brand, color, pack } = factsOf(article.name);
  const quantity = { digits: BigInt(latestLine.quantity), scale: 0 };
  return {
    sku: article.sku,
    name: article.name,
    description,
    category_id: slugOf(article.subCategory),
    price: formatDecimal(roundTo(unitPriceOf(latestLine), 2)),
    currency,
    cost: formatDecimal(divide(subtract(latestLine.sales, latestLine.profit), quantity, 4)),
    created_at: iso(createdMs),
    'attributes.brand': brand,
    'attributes.color': color,
    'attributes.pack': pack,
  };
}

/** Sales / quantity / (1 − discount): what one piece costs before the discount. */
function unitPriceOf({ sales, quantity, discount }: SuperstoreLine) {
  const undiscounted = multiply({ digits: BigInt(quantity), scale: 0 }, subtract(one, discount));
  return divide(sales, undiscounted, unitPriceDecimals);
}

const orderColumns = [
  'number',
  'customer_id',
  'placed_at',
  'status',
  'currency',
  'ship_mode',
  'shipped_at',
  'delivered_at',
  'recipient',
  'city',
  'state',
  'postal_code',
  'country',
  'region',
];

function orderRow({ order, customer, placedMs, shippedMs, deliveredMs, status }: SampleOrder): Values {
  const [line] = order.lines;
  return {
    number: order.number,
    customer_id: customer.code,
    placed_at: iso(placedMs),
    status,
    currency,
    ship_mode: line?.shipMode,
    shipped_at: iso(shippedMs),
    delivered_at: iso(deliveredMs),
    recipient: customer.name,
    city: line?.address.city,
    state: line?.address.state,
    postal_code: line?.address.postalCode,
    country: line?.address.country,
    region: line?.address.region,
  };
}

const lineColumns = ['order_number', 'line', 'sku', 'quantity', 'unit_price', 'discount', 'amount', 'profit'];

function lineRows({ order }: SampleOrder): Values[] {
  return order.lines.map((line, index) => ({
    order_number: order.number,
    line: String(index + 1),
    sku: line.article.sku,
    quantity: String(line.quantity),
    unit_price: formatDecimal(unitPriceOf(line)),
    discount: formatDecimal(line.discount),
    amount: formatDecimal(line.sales),
    profit: formatDecimal(line.profit),
  }));
}
