/** Loads reviews, and makes a guest of a reviewer whom the shop does not know as a customer. */
import type { EntityManager } from 'typeorm';
import { chunkRows, inChunks, selectRows } from './bulk.js';
import { FirstRows } from './first-rows.js';
import { placeholderEmail } from './load-customers.js';
import type { FileTally } from './report.js';
import type { RowSource } from './row-source.js';
import { type GoodRow, goodRows, type ShopLoad } from './shop-load.js';
import { upsertRows, type UpsertTarget } from './upsert.js';

type ReviewFields = GoodRow<'reviews'>['fields'];

interface ReviewRow {
  readonly row: number;
  readonly productId: string;
  /** Known at once for a customer; a guest is found by e-mail address. */
  readonly customerId: string | undefined;
  readonly email: string;
  readonly fields: ReviewFields;
}

interface AttributedReview extends ReviewRow {
  readonly customerId: string;
}

const target: UpsertTarget<AttributedReview> = {
  table: 'reviews',
  key: ['product_id', 'customer_id'],
  columns: {
    product_id: ['bigint', (review) => review.productId],
    customer_id: ['bigint', (review) => review.customerId],
    rating: ['smallint', ({ fields }) => fields.rating],
    title: ['text', ({ fields }) => fields.title ?? ''],
    body: ['text', ({ fields }) => fields.body ?? ''],
    created_at: ['timestamptz', ({ fields }) => fields.created_at],
  },
  update: ['rating', 'title', 'body', 'created_at'],
};

export async function loadReviews(load: ShopLoad, source: RowSource, tally: FileTally): Promise<void> {
  /** The row of each review by product and customer: nobody reviews a product twice. */
  const rowsByReview = new FirstRows();
  let guests = 0;
  await load.dataSource.transaction(async (manager) => {
    for await (const chunk of inChunks(reviewRows(load, source, tally), chunkRows)) {
      guests += await addGuests(manager, chunk);
      const attributed = await attribute(manager, chunk);
      const own = attributed.filter((review) => {
        const key = `${review.productId} ${review.customerId}`;
        const earlier = rowsByReview.claim(key, review.row);
        if (earlier === undefined) return true;
        const reason = `was reviewed by the same person in row ${earlier}`;
        tally.reject(review.row, { column: source.label('product'), value: review.fields.product, reason });
        return false;
      });
      await upsertRows(manager, target, own, tally);
    }
  });
  if (guests > 0)
    tally.notes.push(`${guests} reviewers were no customers yet; each is one now, of the segment Guest`);
}

async function* reviewRows(load: ShopLoad, source: RowSource, tally: FileTally): AsyncGenerator<ReviewRow> {
  for await (const { row, fields } of goodRows(load, 'reviews', source, tally)) {
    const product = load.references.product(fields.product);
    const customerId = fields.customer === undefined ? undefined : load.references.customer(fields.customer);
    if (product === undefined) {
      const reason = 'is no product of this import or of the database';
      tally.reject(row, { column: source.label('product'), value: fields.product, reason });
    } else if (fields.customer !== undefined && customerId === undefined) {
      const reason = 'is no customer of this import or of the database';
      tally.reject(row, { column: source.label('customer'), value: fields.customer, reason });
    } else {
      yield { row, productId: product.id, customerId, email: emailOf(fields), fields };
    }
  }
}

function emailOf(fields: ReviewFields): string {
  return (fields.email ?? placeholderEmail('reviewer', fields.author ?? '')).toLowerCase();
}

/** @returns how many guests are new. */
async function addGuests(manager: EntityManager, chunk: readonly ReviewRow[]): Promise<number> {
  const reviewers = chunk.filter((review) => review.customerId === undefined);
  const guests = new Map<string, ReviewRow>();
  for (const review of reviewers) if (!guests.has(review.email)) guests.set(review.email, review);
  if (guests.size === 0) return 0;
  const added = await selectRows(
    manager,
    `INSERT INTO customers (name, email, segment, created_at)
     SELECT name, email, 'Guest', created_at
       FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS r (name, email, created_at, position)
      ORDER BY position
     ON CONFLICT (lower(email)) DO NOTHING
     RETURNING id`,
    [
      [...guests.values()].map(({ fields, email }) => fields.author ?? email.split('@')[0] ?? email),
      [...guests.keys()],
      [...guests.values()].map(({ fields }) => fields.created_at),
    ],
  );
  return added.length;
}

async function attribute(manager: EntityManager, chunk: readonly ReviewRow[]): Promise<AttributedReview[]> {
  const emails = chunk.filter((review) => review.customerId === undefined).map((review) => review.email);
  const rows = await selectRows<{ id: string; email: string }>(
    manager,
    'SELECT id, lower(email) AS email FROM customers WHERE lower(email) = ANY($1)',
    [emails],
  );
  const idByEmail = new Map(rows.map((row) => [row.email, row.id]));
  return chunk.flatMap((review) => {
    const customerId = review.customerId ?? idByEmail.get(review.email);
    return customerId === undefined ? [] : [{ ...review, customerId }];
  });
}
