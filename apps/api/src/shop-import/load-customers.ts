/** Loads customers by their code, and never hands one person's e-mail address to another. */
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { chunkRows, inChunks, selectRows } from './bulk.js';
import { FirstRows } from './first-rows.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { type GoodRow, goodRows, type ShopLoad } from './shop-load.js';
import { upsertRows, type UpsertTarget } from './upsert.js';

interface CustomerRow {
  readonly row: number;
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly segment: string | undefined;
  readonly createdAt: string | undefined;
}

interface EmailOwner {
  readonly id: string;
  readonly email: string;
  readonly code: string | null;
  readonly has_account: boolean;
}

export async function loadCustomers(load: ShopLoad, source: RowSource, tally: FileTally): Promise<void> {
  await load.dataSource.transaction(async (manager) => {
    const target = customerTarget(source, load.now);
    const rows = customerRows(load, source, tally);
    for await (const chunk of inChunks(rows, chunkRows)) {
      const own = await withEmailsOfTheirOwn(manager, chunk, source, tally);
      await upsertRows(manager, target, own, tally);
    }
  });
}

async function* customerRows(
  load: ShopLoad,
  source: RowSource,
  tally: FileTally,
): AsyncGenerator<CustomerRow> {
  const rowsByCode = new FirstRows();
  for await (const { row, fields } of goodRows(load, 'customers', source, tally)) {
    const earlier = rowsByCode.claim(fields.id, row);
    if (earlier === undefined) yield toCustomer(row, fields);
    else {
      const reason = `is the customer of row ${earlier}`;
      tally.reject(row, { column: source.label('id'), value: fields.id, reason });
    }
  }
}

function toCustomer(row: number, fields: GoodRow<'customers'>['fields']): CustomerRow {
  return {
    row,
    code: fields.id,
    name: fields.name,
    email: fields.email ?? placeholderEmail('customer', fields.id),
    segment: fields.segment,
    createdAt: fields.created_at,
  };
}

/** An address that cannot be anybody's (RFC 2606), the same in every import, for whoever has none. */
export function placeholderEmail(prefix: string, identity: string): string {
  const readable = identity
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  return `${prefix}-${readable === identity ? readable : `${readable}-${digest}`}@example.invalid`;
}

/**
 * Leaves out rows whose address belongs to somebody else. A guest, who wrote a review before, becomes the customer with
 * that address; somebody with an account does not, because an unproven address must not open an order history.
 */
async function withEmailsOfTheirOwn(
  manager: EntityManager,
  chunk: readonly CustomerRow[],
  source: RowSource,
  tally: FileTally,
): Promise<CustomerRow[]> {
  const owners = await ownersOf(
    manager,
    chunk.map((customer) => customer.email.toLowerCase()),
  );
  const codes = await codesInUse(
    manager,
    chunk.map((customer) => customer.code),
  );
  const rowByEmail = new Map<string, number>();
  const guests: { id: string; code: string }[] = [];
  const own = chunk.filter((customer) => {
    const email = customer.email.toLowerCase();
    const owner = owners.get(email);
    const earlier = rowByEmail.get(email);
    const taken =
      earlier === undefined ? takenBy(customer, owner, codes) : `is the address of row ${earlier}`;
    if (taken !== undefined) {
      tally.reject(customer.row, { column: source.label('email'), value: customer.email, reason: taken });
      return false;
    }
    rowByEmail.set(email, customer.row);
    if (owner?.code === null) guests.push({ id: owner.id, code: customer.code });
    return true;
  });
  await nameGuests(manager, guests);
  return own;
}

/** Who else has the customer's address, in words; undefined when it is free, their own, or a guest's. */
function takenBy(
  customer: CustomerRow,
  owner: EmailOwner | undefined,
  usedCodes: ReadonlySet<string>,
): string | undefined {
  if (owner === undefined || owner.code === customer.code) return undefined;
  if (owner.code !== null) return `is the address of customer ${owner.code}`;
  if (owner.has_account) return 'is the address of somebody who signed up';
  return usedCodes.has(customer.code) ? 'is the address of somebody who wrote a review' : undefined;
}

async function ownersOf(manager: EntityManager, emails: readonly string[]): Promise<Map<string, EmailOwner>> {
  const rows = await selectRows<EmailOwner>(
    manager,
    `SELECT c.id, lower(c.email) AS email, c.code, a.customer_id IS NOT NULL AS has_account
       FROM customers c LEFT JOIN accounts a ON a.customer_id = c.id
      WHERE lower(c.email) = ANY($1)`,
    [emails],
  );
  return new Map(rows.map((row) => [row.email, row]));
}

async function codesInUse(manager: EntityManager, codes: readonly string[]): Promise<Set<string>> {
  const rows = await selectRows<{ code: string }>(
    manager,
    'SELECT code FROM customers WHERE code = ANY($1)',
    [codes],
  );
  return new Set(rows.map((row) => row.code));
}

async function nameGuests(
  manager: EntityManager,
  guests: readonly { id: string; code: string }[],
): Promise<void> {
  if (guests.length === 0) return;
  await manager.query(
    `UPDATE customers c SET code = g.code
       FROM unnest($1::bigint[], $2::text[]) AS g (id, code)
      WHERE c.id = g.id`,
    [guests.map((guest) => guest.id), guests.map((guest) => guest.code)],
  );
}

function customerTarget(source: RowSource, now: Date): UpsertTarget<CustomerRow> {
  const changes = {
    // A placeholder never takes the place of an address.
    email: `CASE WHEN excluded.email LIKE '%@example.invalid' THEN t.email ELSE excluded.email END`,
    segment: 'excluded.segment',
    created_at: 'least(t.created_at, excluded.created_at)',
  };
  return {
    table: 'customers',
    key: ['code'],
    columns: {
      code: ['text', (customer) => customer.code],
      name: ['text', (customer) => customer.name],
      email: ['text', (customer) => customer.email],
      segment: ['text', (customer) => customer.segment ?? 'Consumer'],
      created_at: ['timestamptz', (customer) => customer.createdAt ?? now],
    },
    update: ['name', ...Object.entries(changes).filter(([column]) => source.columns.includes(column))],
  };
}
