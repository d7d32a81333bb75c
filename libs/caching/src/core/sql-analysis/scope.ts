/** Finds the columns that the names of a statement mean, by PostgreSQL's rules of visibility. */
import type { TrackedTable } from '../table-catalog.js';
import type { Node } from './nodes.js';
import { NotUnderstood, type ResidualTemplate, type ValueSource } from './statement-reads.js';

/** A table in one place of FROM: the same table in two places is seen through two sets of conditions. */
export class TableUse {
  /** Columns that decide which rows the answer has, or what it computes of them. */
  readonly deciding = new Set<string>();
  isDecidedByWholeRow = false;
  /** For each column values that a row must have to matter. */
  readonly restrictions = new Map<string, readonly ValueSource[]>();
  /** Further conditions that a row must fulfil to matter. */
  readonly residuals: ResidualTemplate[] = [];
  /** An outer join may put NULL in place of its row, so that its absence may be in the answer as well. */
  isNullable = false;
  /** The orders by which the selects around it cut their rows. */
  readonly cuts: (readonly (SortKey | undefined)[])[] = [];

  constructor(readonly table: TrackedTable) {}

  decideBy(column: string | undefined): void {
    if (column === undefined) this.isDecidedByWholeRow = true;
    else this.deciding.add(column);
  }
}

export interface ColumnUse {
  readonly of: TableUse;
  /** Undefined: the whole row. */
  readonly column: string | undefined;
}

/** A column of a table in one place of FROM. */
export interface TableColumn {
  readonly of: TableUse;
  readonly column: string;
}

/** A key of ORDER BY that is a plain column of a table. */
export interface SortKey {
  readonly column: TableColumn;
  readonly isDescending: boolean;
  readonly areNullsFirst: boolean;
}

/** Where the values of a visible column come from. */
export interface ColumnOrigin {
  readonly uses: readonly ColumnUse[];
  /** The values are those of this column, or NULL. */
  readonly same?: TableColumn;
  /** The values are the texts of those of this column. */
  readonly textOf?: TableColumn;
  /** The values are the elements of this array, or NULL. */
  readonly elementsOf?: Node;
}

export interface Output {
  /** Undefined: PostgreSQL names it by rules that are not followed here. */
  readonly name: string | undefined;
  readonly origin: ColumnOrigin;
}

/** What a subselect, a CTE or a function gives to those who read from it. */
export interface Derived {
  readonly outputs: readonly Output[];
  /** There may be further columns. */
  readonly isOpen: boolean;
  /** When its rows are cut behind a number of them. */
  readonly cut?: Cut;
}

export interface Cut {
  /** Undefined where it is no plain column. */
  readonly keys: readonly (SortKey | undefined)[];
  readonly limit: Node;
}

export interface Range extends Derived {
  readonly name: string | undefined;
  readonly table?: TableUse;
}

export type CommonTables = ReadonlyMap<string, Derived>;

export const nothing: ColumnOrigin = { uses: [] };

/** All of its columns, as one value. */
export function wholeRow(range: Range): ColumnOrigin {
  if (range.table !== undefined) return { uses: [{ of: range.table, column: undefined }] };
  return { uses: range.outputs.flatMap(({ origin }) => origin.uses) };
}

export function tableRange(name: string, use: TableUse): Range {
  const outputs = [...use.table.columns.values()].map(({ name: column, isVirtual }): Output => {
    if (isVirtual) return { name: column, origin: { uses: [{ of: use, column: undefined }] } };
    const same = { of: use, column };
    return { name: column, origin: { uses: [same], same } };
  });
  return { name, table: use, outputs, isOpen: false };
}

function columnIn(range: Range, name: string): ColumnOrigin | undefined {
  const found = range.outputs.filter((output) => output.name === name);
  if (found.length < 2) return found[0]?.origin;
  return { uses: found.flatMap(({ origin }) => origin.uses) };
}

export class Scope {
  readonly ranges: Range[] = [];

  constructor(
    readonly parent: Scope | undefined,
    readonly commonTables: CommonTables,
  ) {}

  /** @throws NotUnderstood */
  resolve(fields: readonly string[]): ColumnOrigin {
    const [first = '', second] = fields;
    if (fields.length > 2) throw new NotUnderstood(`the name ${fields.join('.')} has more than two parts`);
    return second === undefined ? this.#unqualified(first) : this.#qualified(first, second);
  }

  /** What a subselect sees that is not LATERAL: nothing of the tables beside it. */
  outer(): Scope {
    return new Scope(this.parent, this.commonTables);
  }

  range(name: string): Range | undefined {
    return this.ranges.find((range) => range.name === name) ?? this.parent?.range(name);
  }

  #qualified(rangeName: string, name: string): ColumnOrigin {
    const range = this.range(rangeName);
    if (range === undefined) throw new NotUnderstood(`no table ${rangeName} is known here`);
    const found = columnIn(range, name);
    if (found !== undefined) return found;
    if (range.isOpen) return wholeRow(range);
    // A system column such as xmin, a function of the row in column's clothes, or a column that was added since.
    throw new NotUnderstood(`${rangeName}.${name} is no column that is known`);
  }

  #unqualified(name: string): ColumnOrigin {
    const found = this.#unqualifiedColumn(name);
    if (found?.same !== undefined || found?.elementsOf !== undefined) return found;
    const range = this.range(name);
    if (range !== undefined) return { uses: [...(found?.uses ?? []), ...wholeRow(range).uses] };
    if (found === undefined) throw new NotUnderstood(`${name} is no column that is known`);
    return found;
  }

  #unqualifiedColumn(name: string): ColumnOrigin | undefined {
    const found = this.ranges.map((range) => columnIn(range, name)).filter((origin) => origin !== undefined);
    if (found.length === 1) return found[0];
    // Two that are joined by USING are one.
    if (found.length > 1) return { uses: found.flatMap(({ uses }) => uses) };
    const further = this.parent === undefined ? undefined : this.parent.#unqualifiedColumn(name);
    const open = this.ranges.filter(({ isOpen }) => isOpen);
    if (open.length === 0) return further;
    return { uses: [...open.flatMap((range) => wholeRow(range).uses), ...(further?.uses ?? [])] };
  }
}

export function columnsNamed(names: readonly string[]): Output[] {
  return names.map((name) => ({ name, origin: nothing }));
}

/** The first columns get other names. */
export function renamed(derived: Derived, names: readonly string[]): Derived {
  const { outputs, isOpen } = derived;
  if (names.length === 0) return derived;
  if (isOpen || names.length > outputs.length) {
    const uses = outputs.flatMap(({ origin }) => origin.uses);
    return { outputs: names.map((name) => ({ name, origin: { uses } })), isOpen: true };
  }
  return { outputs: outputs.map((output, at) => ({ ...output, name: names[at] ?? output.name })), isOpen };
}
