/** Checks one row of each kind of file: texts that fit, numbers within their range, dates of the calendar. */
import { z } from 'zod';
import { isCurrency } from '../money/currency.js';
import { readIsoDate } from './date-format.js';
import { compare, type Decimal, one, parseDecimal, zero } from './decimal.js';
import type { FileKind } from './shop-files.js';
import type { RowProblem } from './table.js';

/** PostgreSQL's `integer`. */
const maxInteger = 2_147_483_647;
/** Digits before and after the point that a number may have: room for exports that went through binary fractions. */
const maxWholeDigits = 15;
const maxFractionDigits = 20;

/** Characters at most. Names and keys are indexed, and a PostgreSQL index takes 2,704 bytes of a row. */
const length = { key: 100, name: 500, text: 20_000, short: 200, email: 254, path: 500 };

const missing = 'is missing';

function text(maxLength: number) {
  return z.string({ error: missing }).max(maxLength, { error: `is longer than ${maxLength} characters` });
}

function number(check: (value: Decimal) => string | undefined) {
  return z.string({ error: missing }).transform((cell, context): Decimal => {
    const value = parseDecimal(cell);
    const fault = value === undefined ? 'is not a number such as 1234.5' : (sizeFault(value) ?? check(value));
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    return value ?? zero;
  });
}

function sizeFault(value: Decimal): string | undefined {
  const wholeDigits = value.digits.toString().replace('-', '').length - value.scale;
  const tooLong = wholeDigits > maxWholeDigits || value.scale > maxFractionDigits;
  return tooLong
    ? `has more than ${maxWholeDigits} digits before or ${maxFractionDigits} after the point`
    : undefined;
}

const anyNumber = number(() => undefined);
const notNegative = number((value) => (value.digits < 0n ? 'is negative' : undefined));
const fraction = number((value) =>
  value.digits < 0n || compare(value, one) > 0 ? 'is not between 0 and 1; write 20 % as 0.2' : undefined,
);

function integer(min: number, max: number) {
  return z.string({ error: missing }).transform((cell, context): number => {
    const value = /^[+-]?\d+(\.0+)?$/.test(cell) ? Number(cell) : NaN;
    const fault = Number.isNaN(value)
      ? 'is not a whole number'
      : value < min
        ? `is less than ${min}`
        : value > max
          ? `is more than ${max}`
          : undefined;
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    return value;
  });
}

/** ISO 8601 in UTC, as PostgreSQL takes it. */
const date = z.string({ error: missing }).transform((cell, context): string => {
  const moment = readIsoDate(cell);
  if (moment === undefined)
    context.addIssue({ code: 'custom', message: 'is not a date such as 2016-11-08 or 2016-11-08T14:30:00Z' });
  return moment === undefined ? '' : new Date(moment).toISOString();
});

const currency = z
  .string()
  .transform((code) => code.toUpperCase())
  .refine(isCurrency, { error: 'is not a currency of ISO 4217 such as USD' });

const email = text(length.email).refine((address) => /^[^\s@]+@[^\s@]+$/.test(address), {
  error: 'is not an e-mail address',
});

const statuses = ['PLACED', 'SHIPPED', 'DELIVERED', 'CANCELLED'] as const;
const status = z
  .string()
  .transform((word) => word.toUpperCase().replace(/^CANCELED$/, 'CANCELLED'))
  .pipe(
    z.enum(statuses, {
      error: `is none of ${statuses.join(', ')}; give your own words a meaning in the mapping`,
    }),
  );

export const rowSchemas = {
  categories: z.object({
    id: text(length.key),
    parent_id: text(length.key).optional(),
    name: text(length.short),
    slug: text(length.short).optional(),
    position: integer(-maxInteger, maxInteger).optional(),
  }),
  products: z
    .object({
      id: text(length.key).optional(),
      sku: text(length.key).optional(),
      name: text(length.name),
      description: text(length.text).optional(),
      category_id: text(length.short),
      price: notNegative,
      currency: currency.optional(),
      cost: notNegative.optional(),
      image: text(length.path).optional(),
      created_at: date.optional(),
    })
    .refine((row) => row.id !== undefined || row.sku !== undefined, { error: missing, path: ['sku'] }),
  customers: z.object({
    id: text(length.key),
    name: text(length.short),
    email: email.optional(),
    segment: text(length.short).optional(),
    created_at: date.optional(),
  }),
  orders: z.object({
    number: text(length.key),
    customer_id: text(length.key),
    placed_at: date,
    status: status.optional(),
    currency: currency.optional(),
    ship_mode: text(length.short).optional(),
    shipped_at: date.optional(),
    delivered_at: date.optional(),
    cancelled_at: date.optional(),
    recipient: text(length.short).optional(),
    street: text(length.name).optional(),
    city: text(length.short).optional(),
    state: text(length.short).optional(),
    postal_code: text(length.key).optional(),
    country: text(length.short).optional(),
    region: text(length.short).optional(),
  }),
  order_lines: z
    .object({
      order_number: text(length.key),
      line: integer(1, maxInteger).optional(),
      product_id: text(length.key).optional(),
      sku: text(length.key).optional(),
      quantity: integer(1, maxInteger),
      unit_price: notNegative,
      discount: fraction.optional(),
      amount: notNegative.optional(),
      profit: anyNumber.optional(),
    })
    .refine((row) => row.product_id !== undefined || row.sku !== undefined, {
      error: missing,
      path: ['product_id'],
    }),
  reviews: z
    .object({
      product: text(length.key),
      customer: text(length.key).optional(),
      author: text(length.short).optional(),
      email: email.optional(),
      rating: integer(1, 5),
      title: text(length.name).optional(),
      body: text(length.text).optional(),
      created_at: date,
    })
    .refine((row) => row.customer !== undefined || row.author !== undefined || row.email !== undefined, {
      error: 'is missing, and so are author and email: somebody must have written the review',
      path: ['customer'],
    }),
  stock: z.object({ product: text(length.key), available: integer(0, maxInteger) }),
  images: z.object({
    product: text(length.key),
    file: text(length.path),
    position: integer(0, maxInteger).optional(),
    alt: text(length.name).optional(),
  }),
} satisfies Record<FileKind, z.ZodType>;

export type RowOf<Kind extends FileKind> = z.output<(typeof rowSchemas)[Kind]>;

export type CheckedRow<Kind extends FileKind> =
  | { readonly ok: true; readonly row: RowOf<Kind> }
  | { readonly ok: false; readonly problems: readonly RowProblem[] };

/** @param values by column, without the empty ones. */
export function checkRow<Kind extends FileKind>(
  kind: Kind,
  values: Readonly<Record<string, string>>,
): CheckedRow<Kind> {
  const result = rowSchemas[kind].safeParse(values);
  if (result.success) return { ok: true, row: result.data as RowOf<Kind> };
  return {
    ok: false,
    problems: result.error.issues.map((issue) => {
      const column = String(issue.path[0] ?? '');
      return { column, value: values[column] ?? '', reason: issue.message };
    }),
  };
}
