/** Decides about whole orders, among those that wait in the temporary tables, and inserts the ones that are good. */
import type { EntityManager } from 'typeorm';
import { selectRows } from './bulk.js';
import { minorUnitFactorSql } from '../money/currency.js';
import { add, type Decimal, formatDecimal, parseDecimal, zero } from './decimal.js';
import type { ImportTotals } from './report.js';
import type { OrderFile } from './stage-orders.js';

/** PostgreSQL's `integer`, in which totals are kept. */
const maxTotalMinor = 2_147_483_647;

interface BadRow {
  readonly row: number;
  readonly value: string;
  readonly reason: string;
}

/** Each check reports its rows once and takes them out; an order with any of them is rejected as a whole. */
export class OrderChecks {
  constructor(
    private readonly manager: EntityManager,
    private readonly orders: OrderFile | undefined,
    private readonly lines: OrderFile | undefined,
  ) {}

  async run(): Promise<void> {
    await this.#prepare();
    await this.#rejectRepeatedOrders();
    await this.#rejectRepeatedLines();
    await this.#rejectLinesWithoutOrder();
    await this.#rejectOrdersWithoutLines();
    await this.#rejectChangedOrders();
    await this.#rejectExcessiveTotals();
    await this.#leaveOutTheRest();
  }

  async #prepare(): Promise<void> {
    await this.manager.query(`
      UPDATE staged_lines s SET line = n.line
        FROM (SELECT row, row_number() OVER (PARTITION BY order_number ORDER BY row) AS line FROM staged_lines) n
       WHERE s.row = n.row AND s.line IS NULL;
      CREATE INDEX ON staged_orders (number);
      CREATE INDEX ON staged_lines (order_number, line);
      ANALYZE staged_orders, staged_lines, rejected_orders;
      CREATE TEMPORARY TABLE known_orders ON COMMIT DROP AS
        SELECT o.id, o.number, o.customer_id, o.currency FROM orders o
         WHERE o.number IN (SELECT number FROM staged_orders UNION SELECT order_number FROM staged_lines);
      CREATE INDEX ON known_orders (number);
      ANALYZE known_orders;
      -- An order that does not name its currency has that of its products.
      UPDATE staged_orders o SET currency = coalesce(
        (SELECT p.currency FROM staged_lines l JOIN products p ON p.id = l.product_id
          WHERE l.order_number = o.number ORDER BY l.line LIMIT 1), 'USD')
       WHERE o.currency IS NULL;
    `);
  }

  async #rejectRepeatedOrders(): Promise<void> {
    await this.#rejectOrders(`
      SELECT row, number, number AS value, 'is the number of row ' || first || ' as well' AS reason
        FROM (SELECT row, number, min(row) OVER same AS first FROM staged_orders WINDOW same AS (PARTITION BY number)) o
       WHERE row > first`);
  }

  async #rejectRepeatedLines(): Promise<void> {
    await this.#rejectLines(
      'line',
      `SELECT row, order_number AS number, line::text AS value,
              'is the line of row ' || first || ' of the same order as well' AS reason
         FROM (SELECT row, order_number, line, min(row) OVER same AS first
                 FROM staged_lines WINDOW same AS (PARTITION BY order_number, line)) l
        WHERE row > first`,
    );
  }

  async #rejectLinesWithoutOrder(): Promise<void> {
    await this.#rejectLines(
      'order_number',
      `SELECT row, order_number AS number, order_number AS value,
              'is no order of this import or of the database' AS reason
         FROM staged_lines l
        WHERE NOT EXISTS (SELECT FROM staged_orders o WHERE o.number = l.order_number)
          AND NOT EXISTS (SELECT FROM known_orders o WHERE o.number = l.order_number)
          AND NOT EXISTS (SELECT FROM rejected_orders o WHERE o.number = l.order_number)`,
    );
  }

  async #rejectOrdersWithoutLines(): Promise<void> {
    await this.#rejectOrders(`
      SELECT row, number, number AS value, 'has no lines' AS reason FROM staged_orders o
       WHERE NOT EXISTS (SELECT FROM staged_lines l WHERE l.order_number = o.number)
         AND NOT EXISTS (SELECT FROM rejected_orders r WHERE r.number = o.number)`);
  }

  /** An order is written once: what has happened to it in the shop since then is not for an import to undo. */
  async #rejectChangedOrders(): Promise<void> {
    const changed = `
      SELECT k.number FROM known_orders k
        LEFT JOIN staged_orders o ON o.number = k.number
        LEFT JOIN (SELECT order_number, ${digest('l', 'line')} AS digest FROM staged_lines l GROUP BY 1) given
          ON given.order_number = k.number
        LEFT JOIN (SELECT order_id, ${digest('l', 'line_number')} AS digest FROM order_lines l
                    WHERE order_id IN (SELECT id FROM known_orders) GROUP BY 1) kept
          ON kept.order_id = k.id
       WHERE NOT EXISTS (SELECT FROM rejected_orders r WHERE r.number = k.number)
         AND (given.digest IS DISTINCT FROM kept.digest OR o.customer_id <> k.customer_id)`;
    const reason = 'is in the database already, with other lines or another customer';
    await this.#rejectLines(
      'order_number',
      `SELECT min(row) AS row, order_number AS number, order_number AS value, '${reason}' AS reason
         FROM staged_lines WHERE order_number IN (${changed}) GROUP BY order_number`,
    );
  }

  async #rejectExcessiveTotals(): Promise<void> {
    await this.#rejectOrders(`
      SELECT o.row, o.number, o.number AS value,
             'has a total of more than ${maxTotalMinor} in minor units' AS reason
        FROM staged_orders o JOIN staged_lines l ON l.order_number = o.number
       GROUP BY o.row, o.number, o.currency
      HAVING sum(round(l.amount * ${minorUnitFactorSql('o.currency')})) > ${maxTotalMinor}`);
  }

  async #leaveOutTheRest(): Promise<void> {
    const orders = await this.#takeOut(
      'staged_orders',
      this.orders,
      `
      SELECT o.row, o.number, o.number AS value, 'is left out, because ' || r.cause AS reason
        FROM staged_orders o JOIN rejected_orders r ON r.number = o.number`,
    );
    this.#report(this.orders, 'number', orders);
    const lines = await this.#takeOut(
      'staged_lines',
      this.lines,
      `
      SELECT l.row, l.order_number AS number, l.order_number AS value,
             'is left out with its order, because ' || r.cause AS reason
        FROM staged_lines l JOIN rejected_orders r ON r.number = l.order_number`,
    );
    this.#report(this.lines, 'order_number', lines);
  }

  async #rejectOrders(query: string): Promise<void> {
    this.#report(this.orders, 'number', await this.#takeOut('staged_orders', this.orders, query));
  }

  async #rejectLines(column: string, query: string): Promise<void> {
    this.#report(this.lines, column, await this.#takeOut('staged_lines', this.lines, query));
  }

  /** @param query gives row, number, value and reason of what is bad; the first cause of an order is the one kept. */
  async #takeOut(table: string, file: OrderFile | undefined, query: string): Promise<BadRow[]> {
    return selectRows<BadRow>(
      this.manager,
      `WITH bad AS MATERIALIZED (${query}),
       marked AS (
         INSERT INTO rejected_orders (number, cause)
         SELECT number, 'row ' || min(row) || ' of ' || $1 || ' is bad' FROM bad GROUP BY number
         ON CONFLICT DO NOTHING),
       gone AS (DELETE FROM ${table} WHERE row IN (SELECT row FROM bad))
       SELECT row, value, reason FROM bad ORDER BY row`,
      [file?.source.name ?? ''],
    );
  }

  #report(file: OrderFile | undefined, column: string, rows: readonly BadRow[]): void {
    for (const { row, value, reason } of rows) {
      file?.tally.reject(row, { column: file.source.label(column), value, reason });
    }
  }
}

/** All lines of an order as one text, in which equal numbers look alike. */
function digest(alias: string, line: string): string {
  const cells = ['unit_price', 'discount', 'amount', 'profit'].map(
    (column) => `trim_scale(${alias}.${column})`,
  );
  const texts = [`${alias}.${line}`, `${alias}.product_id`, `${alias}.quantity`, ...cells];
  const row = texts.map((text) => `coalesce(${text}::text, '')`).join(`, ' ', `);
  return `string_agg(concat(${row}), ';' ORDER BY ${alias}.${line})`;
}

/** What the files hold, now that the bad is gone: orders of this import and those that an earlier one brought. */
export async function totalsOf(manager: EntityManager): Promise<ImportTotals> {
  const rows = await selectRows<{ currency: string; orders: number; lines: number; revenue: string }>(
    manager,
    `SELECT coalesce(k.currency, o.currency) AS currency, count(DISTINCT l.order_number)::integer AS orders,
            count(*)::integer AS lines, trim_scale(sum(l.amount))::text AS revenue
       FROM staged_lines l
       LEFT JOIN staged_orders o ON o.number = l.order_number
       LEFT JOIN known_orders k ON k.number = l.order_number
      GROUP BY 1 ORDER BY 1`,
  );
  const revenues = rows.map((row): Decimal => parseDecimal(row.revenue) ?? zero);
  return {
    orders: rows.reduce((sum, row) => sum + row.orders, 0),
    lines: rows.reduce((sum, row) => sum + row.lines, 0),
    revenue: formatDecimal(revenues.reduce(add, zero)),
    revenueByCurrency: Object.fromEntries(rows.map((row) => [row.currency, row.revenue])),
  };
}

interface InsertedCounts {
  readonly orders: number;
  readonly lines: number;
}

/** Inserts what is not there yet, in the order of the files, so that ids rise as the rows do. */
export async function insertOrders(manager: EntityManager, now: Date): Promise<InsertedCounts> {
  const [orders] = await selectRows<{ count: number }>(manager, insertOrdersSql, [now]);
  const [lines] = await selectRows<{ count: number }>(manager, insertLinesSql);
  await manager.query(insertAddressesSql);
  return { orders: orders?.count ?? 0, lines: lines?.count ?? 0 };
}

const isNew = 'NOT EXISTS (SELECT FROM known_orders k WHERE k.number = o.number)';

const insertOrdersSql = `
  WITH totals AS (
    SELECT o.row, sum(l.amount) AS total, sum(round(l.amount * ${minorUnitFactorSql('o.currency')})) AS total_minor
      FROM staged_orders o JOIN staged_lines l ON l.order_number = o.number
     WHERE ${isNew}
     GROUP BY o.row
  ), inserted AS (
    INSERT INTO orders (number, customer_id, status, currency, placed_at, shipped_at, delivered_at, cancelled_at, ship_mode,
                        recipient, street, city, state, postal_code, country, region, total, total_minor, updated_at)
    SELECT o.number, o.customer_id, o.status, o.currency, o.placed_at, o.shipped_at, o.delivered_at, o.cancelled_at,
           o.ship_mode, coalesce(o.recipient, c.name), o.street, o.city, o.state, o.postal_code, o.country, o.region,
           t.total, t.total_minor, $1::timestamptz
      FROM staged_orders o JOIN totals t ON t.row = o.row JOIN customers c ON c.id = o.customer_id
     ORDER BY o.row
    RETURNING id
  )
  SELECT count(*)::integer AS count FROM inserted`;

const insertLinesSql = `
  WITH inserted AS (
    INSERT INTO order_lines (order_id, line_number, product_id, product_name, quantity, unit_price, discount, amount,
                             amount_minor, profit)
    SELECT stored.id, l.line, l.product_id, p.name, l.quantity, l.unit_price, l.discount, l.amount,
           round(l.amount * ${minorUnitFactorSql('stored.currency')}), l.profit
      FROM staged_orders o
      JOIN orders stored ON stored.number = o.number
      JOIN staged_lines l ON l.order_number = o.number
      JOIN products p ON p.id = l.product_id
     WHERE ${isNew}
     ORDER BY l.row
    RETURNING id
  )
  SELECT count(*)::integer AS count FROM inserted`;

/** Every place that a customer had something sent to, once. */
const insertAddressesSql = `
  INSERT INTO customer_addresses (customer_id, recipient, street, city, state, postal_code, country, region, created_at)
  SELECT * FROM (
    SELECT stored.customer_id, stored.recipient, stored.street, stored.city, stored.state, stored.postal_code,
           stored.country, stored.region, min(stored.placed_at) AS first_used
      FROM staged_orders o JOIN orders stored ON stored.number = o.number
     WHERE ${isNew} AND (stored.city <> '' OR stored.street IS NOT NULL)
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ) used
   WHERE NOT EXISTS (
     SELECT FROM customer_addresses a
      WHERE (a.customer_id, a.recipient, a.street, a.city, a.state, a.postal_code, a.country, a.region)
            IS NOT DISTINCT FROM
            (used.customer_id, used.recipient, used.street, used.city, used.state, used.postal_code, used.country,
             used.region))
   ORDER BY first_used, customer_id, city, postal_code, street`;
