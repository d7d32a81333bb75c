/** The files that make a shop and the columns each may have: the importer's public format, as its README shows it. */

/** In the order in which they are imported: what others refer to comes first. */
export const fileKinds = [
  'categories',
  'products',
  'customers',
  'orders',
  'order_lines',
  'reviews',
  'stock',
  'images',
] as const;
export type FileKind = (typeof fileKinds)[number];

/** Dates and numbers have a shop's own format, texts have not. */
export type ColumnType = 'text' | 'number' | 'date';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  /** A file without this column is not imported at all. */
  readonly required: boolean;
  /** Other headers that mean the same; only read where no mapping says otherwise. */
  readonly aliases: readonly string[];
}

function required(type: ColumnType, name: string, ...aliases: string[]): ColumnDefinition {
  return { name, type, required: true, aliases };
}

function optional(type: ColumnType, name: string, ...aliases: string[]): ColumnDefinition {
  return { name, type, required: false, aliases };
}

export const shopColumns: Readonly<Record<FileKind, readonly ColumnDefinition[]>> = {
  categories: [
    required('text', 'id', 'category_id'),
    optional('text', 'parent_id', 'parent'),
    required('text', 'name', 'category'),
    optional('text', 'slug'),
    optional('number', 'position'),
  ],
  products: [
    optional('text', 'id', 'product_id'),
    optional('text', 'sku'),
    required('text', 'name', 'product_name'),
    optional('text', 'description'),
    required('text', 'category_id', 'category', 'category_slug'),
    required('number', 'price', 'list_price'),
    optional('text', 'currency'),
    optional('number', 'cost'),
    optional('text', 'image', 'image_file'),
    optional('date', 'created_at'),
  ],
  customers: [
    required('text', 'id', 'customer_id', 'code', 'customer_code'),
    required('text', 'name', 'customer_name'),
    optional('text', 'email', 'email_address'),
    optional('text', 'segment'),
    optional('date', 'created_at'),
  ],
  orders: [
    required('text', 'number', 'order_number', 'order_id', 'id'),
    required('text', 'customer_id', 'customer', 'customer_code'),
    required('date', 'placed_at', 'order_date', 'created_at'),
    optional('text', 'status'),
    optional('text', 'currency'),
    optional('text', 'ship_mode'),
    optional('date', 'shipped_at', 'ship_date'),
    optional('date', 'delivered_at'),
    optional('date', 'cancelled_at', 'canceled_at'),
    optional('text', 'recipient'),
    optional('text', 'street', 'address'),
    optional('text', 'city'),
    optional('text', 'state'),
    optional('text', 'postal_code', 'zip', 'zip_code', 'postcode'),
    optional('text', 'country'),
    optional('text', 'region'),
  ],
  order_lines: [
    required('text', 'order_number', 'order', 'order_id', 'number'),
    optional('number', 'line', 'line_number'),
    optional('text', 'product_id', 'product'),
    optional('text', 'sku'),
    required('number', 'quantity', 'qty'),
    required('number', 'unit_price', 'price'),
    optional('number', 'discount'),
    optional('number', 'amount', 'line_total'),
    optional('number', 'profit'),
  ],
  reviews: [
    required('text', 'product', 'product_id', 'sku'),
    optional('text', 'customer', 'customer_id', 'customer_code'),
    optional('text', 'author', 'author_name'),
    optional('text', 'email', 'author_email'),
    required('number', 'rating', 'stars'),
    optional('text', 'title'),
    optional('text', 'body', 'text', 'review'),
    required('date', 'created_at', 'date'),
  ],
  stock: [required('text', 'product', 'product_id', 'sku'), required('number', 'available', 'quantity')],
  images: [
    required('text', 'product', 'product_id', 'sku'),
    required('text', 'file', 'image', 'path'),
    optional('number', 'position'),
    optional('text', 'alt'),
  ],
};

/** One of each group must be there. */
export const alternatives: Readonly<Partial<Record<FileKind, readonly string[]>>> = {
  products: ['id', 'sku'],
  order_lines: ['product_id', 'sku'],
};

const attribute = /^attributes?[.:](.+)$/;
const translation = /^(name|description)@([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$/;

/** The property that a column such as `attributes.color` holds. */
export function attributeOf(column: string): string | undefined {
  return attribute.exec(column)?.[1];
}

/** The text and the language that a column such as `description@fr` holds. */
export function translationOf(
  column: string,
): { text: 'name' | 'description'; language: string } | undefined {
  const [, text, language] = translation.exec(column) ?? [];
  if (language === undefined) return undefined;
  const canonical = canonicalLanguage(language);
  if (canonical === undefined) return undefined;
  return { text: text === 'name' ? 'name' : 'description', language: canonical };
}

/** Undefined for what looks like a language tag and is none. */
function canonicalLanguage(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** Headers are compared by this: `Order ID`, `order-id` and `ORDER_ID` are one. */
export function normaliseHeader(header: string): string {
  const [name = '', ...language] = header.trim().toLowerCase().split('@');
  const words = name.replaceAll(/[^\p{L}\p{N}.:]+/gu, '_').replaceAll(/^_+|_+$/g, '');
  return [words, ...language.map((tag) => tag.replaceAll('_', '-'))].join('@');
}

/** The column that a header names by itself, without a mapping; undefined for one that nobody knows. */
export function columnOf(kind: FileKind, header: string): string | undefined {
  const name = normaliseHeader(header);
  if (kind === 'products' && (attributeOf(name) ?? translationOf(name)) !== undefined) return name;
  const exact = shopColumns[kind].find((column) => column.name === name);
  return (exact ?? shopColumns[kind].find((column) => column.aliases.includes(name)))?.name;
}

/** Whether a mapping may fill the column. */
export function isColumn(kind: FileKind, name: string): boolean {
  const free = kind === 'products' && (attributeOf(name) ?? translationOf(name)) !== undefined;
  return free || shopColumns[kind].some((column) => column.name === name);
}

/** Attributes and translations are texts. */
export function columnType(kind: FileKind, name: string): ColumnType {
  return shopColumns[kind].find((column) => column.name === name)?.type ?? 'text';
}

/** What a source with these columns lacks, in words; undefined when it can be imported. */
export function missingColumns(kind: FileKind, columns: readonly string[]): string | undefined {
  const missing = shopColumns[kind]
    .filter((column) => column.required && !columns.includes(column.name))
    .map((column) => column.name);
  const group = alternatives[kind];
  if (group !== undefined && !group.some((column) => columns.includes(column)))
    missing.push(group.join(' or '));
  return missing.length === 0 ? undefined : missing.join(', ');
}
