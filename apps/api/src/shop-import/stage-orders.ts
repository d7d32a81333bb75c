/** Puts good orders and lines into temporary tables, with everything that only the whole can tell still to be checked. */
import type { EntityManager } from 'typeorm';
import { type BulkColumns, chunkRows, inChunks, insertRows } from './bulk.js';
import { formatDecimal, multiply, one, subtract, zero } from './decimal.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { type GoodRow, goodRows, type ShopLoad } from './shop-load.js';

/** One of the two files of orders, with its own count; undefined when the shop lacks it. */
export interface OrderFile {
  readonly source: RowSource;
  readonly tally: FileTally;
}

interface StagedOrder {
  readonly row: number;
  readonly customerId: string;
  readonly status: string;
  readonly fields: GoodRow<'orders'>['fields'];
}

interface StagedLine {
  readonly row: number;
  readonly productId: string;
  readonly fields: GoodRow<'order_lines'>['fields'];
}

interface RejectedOrder {
  readonly number: string;
  readonly cause: string;
}

/** An order of this age that says nothing of its fate has long arrived. */
const deliveredAfterMs = 30 * 24 * 60 * 60 * 1000;

export async function createStagingTables(manager: EntityManager): Promise<void> {
  await manager.query(`
    CREATE TEMPORARY TABLE staged_orders (
      row integer, number text, customer_id bigint, status text, currency text, placed_at timestamptz,
      shipped_at timestamptz, delivered_at timestamptz, cancelled_at timestamptz, ship_mode text, recipient text,
      street text, city text, state text, postal_code text, country text, region text
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE staged_lines (
      row integer, order_number text, line integer, product_id bigint, quantity integer, unit_price numeric,
      discount numeric, amount numeric, profit numeric
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE rejected_orders (number text PRIMARY KEY, cause text NOT NULL) ON COMMIT DROP;
  `);
}

export async function stageOrders(load: ShopLoad, manager: EntityManager, file: OrderFile): Promise<void> {
  const rejected: RejectedOrder[] = [];
  for await (const chunk of inChunks(resolvedOrders(load, file, rejected), chunkRows)) {
    await insertRows(manager, 'staged_orders', chunk, orderColumns);
    await stageRejected(manager, rejected);
  }
  await stageRejected(manager, rejected);
}

async function* resolvedOrders(
  load: ShopLoad,
  { source, tally }: OrderFile,
  rejected: RejectedOrder[],
): AsyncGenerator<StagedOrder> {
  const rejectOrder = (number: string | undefined, row: number) => {
    if (number !== undefined) rejected.push({ number, cause: `row ${row} of ${source.name} is bad` });
  };
  const rows = goodRows(load, 'orders', source, tally, ({ row, values }) =>
    rejectOrder(values['number'], row),
  );
  for await (const { row, fields } of rows) {
    const customerId = load.references.customer(fields.customer_id);
    if (customerId === undefined) {
      const reason = 'is no customer of this import or of the database';
      tally.reject(row, { column: source.label('customer_id'), value: fields.customer_id, reason });
      rejectOrder(fields.number, row);
    } else {
      yield { row, customerId, fields, status: fields.status ?? statusAt(load.now, fields) };
    }
  }
}

/** The status of an order that comes without one. */
function statusAt(now: Date, fields: StagedOrder['fields']): string {
  if (fields.cancelled_at !== undefined) return 'CANCELLED';
  const isOld = now.getTime() - Date.parse(fields.placed_at) > deliveredAfterMs;
  if (fields.delivered_at !== undefined || isOld) return 'DELIVERED';
  return fields.shipped_at === undefined ? 'PLACED' : 'SHIPPED';
}

export async function stageLines(load: ShopLoad, manager: EntityManager, file: OrderFile): Promise<void> {
  const rejected: RejectedOrder[] = [];
  for await (const chunk of inChunks(resolvedLines(load, file, rejected), chunkRows)) {
    await insertRows(manager, 'staged_lines', chunk, lineColumns);
    await stageRejected(manager, rejected);
  }
  await stageRejected(manager, rejected);
}

async function* resolvedLines(
  load: ShopLoad,
  { source, tally }: OrderFile,
  rejected: RejectedOrder[],
): AsyncGenerator<StagedLine> {
  const rejectOrder = (number: string | undefined, row: number) => {
    if (number !== undefined) rejected.push({ number, cause: `row ${row} of ${source.name} is bad` });
  };
  const rows = goodRows(load, 'order_lines', source, tally, ({ row, values }) =>
    rejectOrder(values['order_number'], row),
  );
  for await (const { row, fields } of rows) {
    const product =
      fields.sku === undefined
        ? load.references.product(fields.product_id ?? '')
        : load.references.productBySku(fields.sku);
    if (product === undefined) {
      const column = fields.sku === undefined ? 'product_id' : 'sku';
      const reason = 'is no product of this import or of the database';
      tally.reject(row, { column: source.label(column), value: fields[column] ?? '', reason });
      rejectOrder(fields.order_number, row);
    } else {
      yield { row, productId: product.id, fields };
    }
  }
}

/** Empties the list into the table; the first cause of an order is the one that is kept. */
async function stageRejected(manager: EntityManager, rejected: RejectedOrder[]): Promise<void> {
  const columns: BulkColumns<RejectedOrder> = {
    number: ['text', (order) => order.number],
    cause: ['text', (order) => order.cause],
  };
  await insertRows(manager, 'rejected_orders', rejected, columns, 'ON CONFLICT DO NOTHING');
  rejected.length = 0;
}

const orderColumns: BulkColumns<StagedOrder> = {
  row: ['integer', (order) => order.row],
  number: ['text', ({ fields }) => fields.number],
  customer_id: ['bigint', (order) => order.customerId],
  status: ['text', (order) => order.status],
  currency: ['text', ({ fields }) => fields.currency],
  placed_at: ['timestamptz', ({ fields }) => fields.placed_at],
  shipped_at: ['timestamptz', ({ fields }) => fields.shipped_at],
  delivered_at: ['timestamptz', ({ fields }) => fields.delivered_at],
  cancelled_at: ['timestamptz', ({ fields }) => fields.cancelled_at],
  ship_mode: ['text', ({ fields }) => fields.ship_mode ?? 'Standard Class'],
  recipient: ['text', ({ fields }) => fields.recipient],
  street: ['text', ({ fields }) => fields.street],
  city: ['text', ({ fields }) => fields.city ?? ''],
  state: ['text', ({ fields }) => fields.state],
  postal_code: ['text', ({ fields }) => fields.postal_code],
  country: ['text', ({ fields }) => fields.country ?? ''],
  region: ['text', ({ fields }) => fields.region],
};

const lineColumns: BulkColumns<StagedLine> = {
  row: ['integer', (line) => line.row],
  order_number: ['text', ({ fields }) => fields.order_number],
  line: ['integer', ({ fields }) => fields.line],
  product_id: ['bigint', (line) => line.productId],
  quantity: ['integer', ({ fields }) => fields.quantity],
  unit_price: ['numeric', ({ fields }) => formatDecimal(fields.unit_price)],
  discount: ['numeric', ({ fields }) => formatDecimal(fields.discount ?? zero)],
  amount: ['numeric', ({ fields }) => amountOf(fields)],
  profit: [
    'numeric',
    ({ fields }) => (fields.profit === undefined ? undefined : formatDecimal(fields.profit)),
  ],
};

/** What was charged: as given, or quantity × unit price × (1 − discount), exactly. */
function amountOf(fields: StagedLine['fields']): string {
  if (fields.amount !== undefined) return formatDecimal(fields.amount);
  const quantity = { digits: BigInt(fields.quantity), scale: 0 };
  const charged = subtract(one, fields.discount ?? zero);
  return formatDecimal(multiply(multiply(quantity, fields.unit_price), charged));
}
