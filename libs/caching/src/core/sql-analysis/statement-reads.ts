/** What the analysis of a statement's text promises of its answer, whatever the parameters are. */
import type { ComparisonOperator, EqualityType, OrderedColumn, RowRead, SortColumn } from '../row-read.js';

export type StatementReads =
  | {
      readonly kind: 'reads';
      readonly templates: readonly ReadTemplate[];
      /** The answer changes by itself, because of `now()`, `random()` and the like. */
      readonly isTimeDependent: boolean;
    }
  /** Nobody can tell when the answer changes: it must not be cached. */
  | { readonly kind: 'opaque'; readonly reason: string }
  /** Changes or locks rows. */
  | { readonly kind: 'write' }
  /** Answers nothing: BEGIN, SET. */
  | { readonly kind: 'none' };

export interface ReadTemplate {
  readonly table: string;
  /** Rows that fail one of these cannot change the answer. */
  readonly where: readonly EqualityTemplate[];
  /** Columns whose change may change the answer; undefined: any. */
  readonly columns: readonly string[] | undefined;
  readonly rows?: ReturnedRows;
  readonly residuals: readonly ResidualTemplate[];
  readonly window?: WindowTemplate;
}

export type ResidualTemplate =
  | { readonly kind: 'null'; readonly column: string; readonly isNull: boolean }
  | {
      readonly kind: 'comparison';
      readonly columns: readonly OrderedColumn[];
      readonly operator: ComparisonOperator;
      readonly sources: readonly ValueSource[];
    }
  | { readonly kind: 'search'; readonly column: string; readonly sources: readonly ValueSource[] };

/** The answer is the beginning of a list: rows that sort behind its last row cannot change it while it is full. */
export interface WindowTemplate {
  readonly columns: readonly SortColumn[];
  /** The answer's fields that hold them. */
  readonly fields: readonly string[];
  readonly limit: ValueSource;
}

export interface EqualityTemplate {
  readonly column: string;
  readonly type: EqualityType;
  readonly sources: readonly ValueSource[];
}

/** By number, the first parameter is 1. */
export type ValueSource =
  { readonly param: number } | { readonly paramArray: number } | { readonly literal: string };

/**
 * The answer's rows name the table's rows that they show. Then `columns` of the template holds what decides which rows are
 * shown and in which order, and these are the columns that are merely shown: their change matters in shown rows only.
 */
export interface ReturnedRows {
  readonly key: readonly ReturnedKey[];
  readonly columns: readonly string[] | undefined;
}

export interface ReturnedKey {
  readonly column: string;
  readonly type: EqualityType;
  /** The name of the answer's field that holds it. */
  readonly field: string;
}

/** Ends the analysis of a statement that is not understood well enough. */
export class NotUnderstood extends Error {
  readonly code = 'SQL_NOT_UNDERSTOOD';
}

/** Ends the analysis of a statement that changes or locks rows. */
export class WritesRows extends Error {
  readonly code = 'SQL_WRITES_ROWS';
}

/** What one run of a statement has read, with its values. */
export type RunReads =
  | { readonly kind: 'reads'; readonly reads: readonly RowRead[]; readonly isTimeDependent: boolean }
  | Exclude<StatementReads, { kind: 'reads' }>;
