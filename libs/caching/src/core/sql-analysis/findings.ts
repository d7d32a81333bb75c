/** Gathers what the analysis of one statement finds, and turns it into reads once all of it has been seen. */
import type { TrackedTable, TableCatalog } from '../table-catalog.js';
import { elementSources, type Parameters } from './equality-values.js';
import {
  TableUse,
  type ColumnOrigin,
  type ColumnUse,
  type Cut,
  type Derived,
  type Output,
  type TableColumn,
} from './scope.js';
import { fieldOf, windowOf } from './windows.js';
import type { EqualityTemplate, ReadTemplate, ReturnedKey, ReturnedRows } from './statement-reads.js';

/** A column that matters only where it equals another one, whose values may turn out to be restricted. */
interface Link {
  readonly column: TableColumn;
  readonly other: ColumnOrigin;
}

export class Findings {
  readonly uses: TableUse[] = [];
  readonly #links: Link[] = [];
  readonly #functionReads = new Set<string>();
  isTimeDependent = false;

  constructor(
    readonly catalog: TableCatalog,
    readonly parameters: Parameters,
  ) {}

  use(table: TrackedTable): TableUse {
    const use = new TableUse(table);
    this.uses.push(use);
    return use;
  }

  functionReads(tables: readonly string[]): void {
    for (const table of tables) this.#functionReads.add(table);
  }

  decideBy(uses: readonly ColumnUse[]): void {
    for (const { of, column } of uses) of.decideBy(column);
  }

  link(column: TableColumn, other: ColumnOrigin): void {
    this.#links.push({ column, other });
  }

  templates({ outputs, cut }: Derived): ReadTemplate[] {
    this.#followLinks();
    const ofFunctions = [...this.#functionReads].map((table): ReadTemplate => ({
      table,
      where: [],
      columns: undefined,
      residuals: [],
    }));
    return [...this.uses.map((use) => toTemplate(use, outputs, cut)), ...ofFunctions];
  }

  /**
   * Rows of A that fail its restriction cannot change the answer. So neither can rows of B that equal such rows only; and this
   * may restrict a third table in turn.
   */
  #followLinks(): void {
    let open: readonly Link[] = this.#links;
    for (;;) {
      const left = open.filter((link) => !this.#follow(link));
      if (left.length === open.length) return;
      open = left;
    }
  }

  #follow({ column: { of, column }, other }: Link): boolean {
    const type = of.table.columns.get(column)?.equality;
    if (type === undefined || of.restrictions.has(column)) return true;
    const { same, elementsOf } = other;
    const sources =
      elementsOf === undefined
        ? same?.of.restrictions.get(same.column)
        : elementSources(elementsOf, type, this.parameters);
    const isSameType = same === undefined || same.of.table.columns.get(same.column)?.equality === type;
    if (sources === undefined || !isSameType) return false;
    of.restrictions.set(column, sources);
    return true;
  }
}

function toTemplate(use: TableUse, outputs: readonly Output[], cut: Cut | undefined): ReadTemplate {
  const { table, deciding, isDecidedByWholeRow, residuals } = use;
  const where = [...use.restrictions].flatMap(([column, sources]): EqualityTemplate[] => {
    const type = table.columns.get(column)?.equality;
    return type === undefined ? [] : [{ column, type, sources }];
  });
  where.sort((a, b) => (a.column < b.column ? -1 : 1));
  const window = cut === undefined ? undefined : windowOf(use, outputs, cut);
  const read = { table: table.name, where, residuals, ...(window === undefined ? {} : { window }) };
  const shown = shownColumns(use, outputs);
  if (isDecidedByWholeRow) return { ...read, columns: undefined };
  const merged = shown === undefined ? undefined : [...new Set([...deciding, ...shown])].toSorted();
  const key = shown?.length === 0 ? undefined : returnedKey(use, outputs);
  // Rows that are asked for by their key are the rows that are shown.
  const isByKey = where.length > 0 && where.every(({ column }) => table.primaryKey.includes(column));
  if (key === undefined || isByKey) return { ...read, columns: merged };
  const rows: ReturnedRows = { key, columns: shown?.filter((column) => !deciding.has(column)).toSorted() };
  return { ...read, columns: [...deciding].toSorted(), rows };
}

/** Undefined: the whole row. */
function shownColumns(use: TableUse, outputs: readonly Output[]): string[] | undefined {
  const shown = new Set<string>();
  for (const { of, column } of outputs.flatMap(({ origin }) => origin.uses)) {
    if (of !== use) continue;
    if (column === undefined) return undefined;
    shown.add(column);
  }
  return [...shown];
}

/** Undefined when a row of the answer does not tell for certain which row of the table it shows. */
function returnedKey(use: TableUse, outputs: readonly Output[]): ReturnedKey[] | undefined {
  const { primaryKey, columns } = use.table;
  if (primaryKey.length === 0) return undefined;
  const key: ReturnedKey[] = [];
  for (const column of primaryKey) {
    const type = columns.get(column)?.equality;
    const field = fieldOf({ of: use, column }, outputs);
    if (type === undefined || field === undefined) return undefined;
    key.push({ column, type, field });
  }
  return key;
}
