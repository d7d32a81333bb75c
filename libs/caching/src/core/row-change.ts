/** What a committed transaction did to the rows of a table, as far as cached answers may depend on it. */

/** A row as PostgreSQL's `to_jsonb` gives it, without the columns that are too wide to be carried. */
export type RowImage = Readonly<Record<string, unknown>>;

export type RowChange =
  | { readonly kind: 'insert'; readonly table: string; readonly after: RowImage }
  | { readonly kind: 'delete'; readonly table: string; readonly before: RowImage }
  | {
      readonly kind: 'update';
      readonly table: string;
      readonly before: RowImage;
      readonly after: RowImage;
      /** Columns whose value differs, those that the images leave out included. */
      readonly changed: readonly string[];
    }
  /** TRUNCATE, or more rows at once than is worth telling one by one: any row may be another. */
  | { readonly kind: 'table'; readonly table: string };
