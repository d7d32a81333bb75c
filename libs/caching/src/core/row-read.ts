/** What a statement saw of a table: the rows with certain values, and the columns that its answer depends on. */
import type { TextQuery } from './text-query.js';

export interface Equality {
  readonly column: string;
  /** The row's value is one of these; each in the form that `equalityValue` gives. */
  readonly values: readonly string[];
}

export interface RowRead {
  readonly table: string;
  /** All must hold for a row to be seen; empty: any row is. Sorted by column. */
  readonly where: readonly Equality[];
  /** Sorted columns whose change matters besides insertion and deletion; undefined: any column. */
  readonly columns: readonly string[] | undefined;
  /** Further conditions that a row must fulfil to be seen. Who does not test them invalidates too much, never too little. */
  readonly residuals?: readonly Residual[];
  /** Those of `columns` that matter only when their change makes a row fulfil one of the residuals, or fail it. */
  readonly tested?: readonly string[];
}

/** Columns whose values can be compared here as PostgreSQL compares them; text only where its collation goes by code points. */
export type OrderedType =
  | 'integer'
  /** A `numeric` of fifteen digits at most, which no rounding makes equal to another one. */
  | 'decimal'
  | 'numeric'
  | 'timestamptz'
  | 'text';

export interface OrderedColumn {
  readonly column: string;
  readonly type: OrderedType;
}

export interface SortColumn extends OrderedColumn {
  readonly isDescending: boolean;
  readonly areNullsFirst: boolean;
}

export type Residual =
  | { readonly kind: 'null'; readonly column: string; readonly isNull: boolean }
  /** `(column, …) operator (value, …)`; never true of NULL. Values are in the form that `orderedValue` gives. */
  | {
      readonly kind: 'comparison';
      readonly columns: readonly OrderedColumn[];
      readonly operator: ComparisonOperator;
      readonly values: readonly string[];
    }
  /** The row's document matches one of these queries. */
  | { readonly kind: 'search'; readonly column: string; readonly queries: readonly TextQuery[] }
  /** The row sorts before these values or along with them, as those of the last row of a full page. */
  | {
      readonly kind: 'window';
      readonly columns: readonly SortColumn[];
      readonly values: readonly (string | null)[];
    };

export type ComparisonOperator = '<' | '<=' | '>' | '>=';

/** Columns whose values have one text for one value, so that equal texts and equal values are the same thing. */
export type EqualityType = 'integer' | 'text' | 'boolean' | 'uuid';

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

const textOf: Readonly<Record<EqualityType, (value: unknown) => string | undefined>> = {
  integer: (value) => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
    return typeof value === 'string' && /^(?:0|-?[1-9]\d*)$/.test(value) ? value : undefined;
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return String(value);
    return value === 'true' || value === 'false' ? value : undefined;
  },
  // PostgreSQL reads further spellings, with braces or without hyphens, and writes this one.
  uuid: (value) => (typeof value === 'string' && uuid.test(value) ? value.toLowerCase() : undefined),
  // Half a surrogate pair is sent as U+FFFD.
  text: (value) => (typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : undefined),
};

/** The one text of a value, from a statement's parameter or a row image; undefined when it cannot be told, NULL included. */
export function equalityValue(type: EqualityType, value: unknown): string | undefined {
  return textOf[type](value);
}
