/** Describes a database as far as the analysis of statements needs it; who loads it must load it anew after a migration. */
import type { EqualityType, OrderedType } from './row-read.js';

export interface ColumnFacts {
  readonly name: string;
  /** Undefined where equal values may have different texts, e.g. `numeric`, `char(3)` or a nondeterministic collation. */
  readonly equality: EqualityType | undefined;
  readonly ordering: OrderedType | undefined;
  /** A `tsvector`, which changes tell as text. */
  readonly isSearchDocument: boolean;
  /** A virtual generated column: no trigger sees its value, so a change of it shows in other columns only. */
  readonly isVirtual: boolean;
}

/** A table whose every change is recorded. */
export interface TrackedTable {
  readonly kind: 'tracked';
  /** As changes name it: without its schema where that is the current one. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** Empty when there is none. */
  readonly primaryKey: readonly string[];
}

/** A view, or a table whose changes nobody records, or not under this name, or not for every reader alike. */
export interface UntrackedRelation {
  readonly kind: 'untracked';
  readonly reason: string;
}

export interface FunctionFacts {
  /** Tables that it may read, by the names of `TrackedTable`; undefined: nobody knows. */
  readonly reads: readonly string[] | undefined;
  readonly isTimeDependent: boolean;
  readonly isAggregate: boolean;
  readonly returnsSet: boolean;
}

/** The text of a function in SQL, for those who can parse it. */
export interface FunctionBody {
  readonly sql: string;
  readonly argumentNames: readonly string[];
}

export interface TableCatalog {
  /** Schemas in which an unqualified name is looked for, in this order. */
  readonly searchPath: readonly string[];
  /** By schema and name: `public.products`. */
  readonly relations: ReadonlyMap<string, TrackedTable | UntrackedRelation>;
  /** By name, all overloads together, PostgreSQL's own included; what is not in here is unknown. */
  readonly functions: ReadonlyMap<string, FunctionFacts>;
  /** Of functions whose `reads` are undefined. */
  readonly functionBodies: ReadonlyMap<string, FunctionBody>;
  /** Operators besides PostgreSQL's own, by name. True: its function only computes. */
  readonly operators: ReadonlyMap<string, boolean>;
  /** Types whose input, output and casts only compute. */
  readonly types: ReadonlySet<string>;
}

/** Finds what a name in FROM means when no CTE has it. */
export function findRelation(
  catalog: TableCatalog,
  schema: string | undefined,
  name: string,
): TrackedTable | UntrackedRelation | undefined {
  if (schema !== undefined) return catalog.relations.get(`${schema}.${name}`);
  // PostgreSQL looks into its own schema first, whatever the search path says.
  if (name.startsWith('pg_')) return undefined;
  for (const candidate of catalog.searchPath) {
    const found = catalog.relations.get(`${candidate}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
