/** Turns the cells of one shop's rows into the importer's values, by a mapping or by the headers themselves. */
import { dateReader } from './date-format.js';
import { ImportFileUnreadable } from './errors.js';
import type { ColumnMapping, FileMapping, ShopMapping } from './mapping.js';
import { type NumberFormat, numberReader } from './number-format.js';
import type { RowSource, SourceRow } from './row-source.js';
import { columnOf, columnType, type FileKind, normaliseHeader } from './shop-files.js';
import type { RowProblem, Table } from './table.js';

/** A table that is only looked into, with its rows by their key. */
export interface LookupTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

export interface ColumnReader {
  readonly column: string;
  /** What the file calls the column. */
  readonly label: string;
  /** The source columns that it uses. */
  readonly uses: readonly number[];
  /** The value, or what is wrong with it. */
  read(cells: readonly string[]): string | RowProblem;
}

type Refine = (text: string) => string | undefined;
type DetailedMapping = Exclude<ColumnMapping, string>;

/** The readers of a file that follows the documented format: each header names its own column. */
export function documentedReaders(kind: FileKind, table: Table): ColumnReader[] {
  const indexes = new Map<string, number>();
  table.header.forEach((header, index) => {
    const column = columnOf(kind, header);
    if (column === undefined) return;
    const exact = normaliseHeader(header) === column;
    if (exact || !indexes.has(column)) indexes.set(column, index);
  });
  return [...indexes].map(([column, index]) => ({
    column,
    label: table.header[index] ?? column,
    uses: [index],
    read: (cells) => (cells[index] ?? '').trim(),
  }));
}

export interface MappingScope {
  readonly kind: FileKind;
  readonly table: Table;
  readonly file: FileMapping;
  readonly shop: ShopMapping;
  readonly lookups: ReadonlyMap<string, LookupTable>;
}

export function mappedReaders(scope: MappingScope): ColumnReader[] {
  return Object.entries(scope.file.columns).map(([column, mapping]) => mappedReader(scope, column, mapping));
}

function mappedReader(scope: MappingScope, column: string, mapping: ColumnMapping): ColumnReader {
  const detailed: DetailedMapping = typeof mapping === 'string' ? { column: mapping } : mapping;
  const { label, uses, fetch } = originOf(scope, detailed);
  const refine = refinementOf(scope, column, detailed);
  const reason = reasonOf(scope, column, detailed);
  const replacements = new Map(Object.entries(detailed.values ?? {}));
  return {
    column,
    label: label ?? column,
    uses,
    read: (cells) => {
      const fetched = fetch(cells);
      if (typeof fetched !== 'string') return fetched;
      const text = replacements.get(fetched) ?? fetched;
      if (text === '') return detailed.default ?? '';
      return refine(text) ?? { column: label ?? column, value: text, reason };
    },
  };
}

interface Origin {
  readonly label?: string;
  readonly uses: readonly number[];
  readonly fetch: (cells: readonly string[]) => string | RowProblem;
}

function originOf(scope: MappingScope, mapping: DetailedMapping): Origin {
  const { table } = scope;
  if (mapping.constant !== undefined) {
    const constant = mapping.constant;
    return { uses: [], fetch: () => constant };
  }
  if (mapping.template !== undefined) return templateOrigin(table, mapping.template);
  if (mapping.lookup !== undefined) return lookupOrigin(scope, mapping.lookup);
  const label = mapping.column ?? '';
  const index = indexOf(table.header, label, table.name);
  return { label, uses: [index], fetch: (cells) => (cells[index] ?? '').trim() };
}

function templateOrigin(table: Table, template: string): Origin {
  const pieces = template.split(/\{([^}]*)\}/); // texts and column names by turns
  const columns = pieces.map((piece, index) =>
    index % 2 === 1 ? indexOf(table.header, piece, table.name) : -1,
  );
  const fetch = (cells: readonly string[]) =>
    pieces
      .map((piece, index) => (index % 2 === 1 ? (cells[columns[index] ?? -1] ?? '').trim() : piece))
      .join('')
      .replaceAll(/ {2,}/g, ' ')
      .trim();
  return { label: template, uses: columns.filter((index) => index >= 0), fetch };
}

function lookupOrigin(scope: MappingScope, lookup: NonNullable<DetailedMapping['lookup']>): Origin {
  const keyIndex = indexOf(scope.table.header, lookup.key, scope.table.name);
  const table = scope.lookups.get(lookup.table);
  if (table === undefined) {
    throw new ImportFileUnreadable(
      `${scope.table.name} needs the lookup "${lookup.table}", whose file cannot be read.`,
    );
  }
  const valueIndex = indexOf(table.header, lookup.value, table.name);
  const fetch = (cells: readonly string[]): string | RowProblem => {
    const key = (cells[keyIndex] ?? '').trim();
    const found = table.rows.get(key);
    if (found === undefined && key !== '') {
      return { column: lookup.key, value: key, reason: `is not in ${table.name}` };
    }
    return (found?.[valueIndex] ?? '').trim();
  };
  return { label: lookup.key, uses: [keyIndex], fetch };
}

function indexOf(header: readonly string[], name: string, file: string): number {
  const exact = header.indexOf(name);
  const index =
    exact >= 0 ? exact : header.findIndex((column) => normaliseHeader(column) === normaliseHeader(name));
  if (index < 0) {
    throw new ImportFileUnreadable(
      `${file} has no column "${name}", which the mapping asks for; it has: ${header.join(', ')}.`,
    );
  }
  return index;
}

function datesOf(scope: MappingScope, column: string, mapping: DetailedMapping): string | undefined {
  if (mapping.dates !== undefined) return mapping.dates;
  return columnType(scope.kind, column) === 'date' ? (scope.file.dates ?? scope.shop.dates) : undefined;
}

function numbersOf(scope: MappingScope, column: string, mapping: DetailedMapping): NumberFormat | undefined {
  if (mapping.numbers !== undefined) return mapping.numbers;
  return columnType(scope.kind, column) === 'number' ? (scope.file.numbers ?? scope.shop.numbers) : undefined;
}

function refinementOf(scope: MappingScope, column: string, mapping: DetailedMapping): Refine {
  const dates = datesOf(scope, column, mapping);
  if (dates !== undefined) {
    const read = dateReader(dates);
    return (text) => {
      const moment = read(text);
      return moment === undefined ? undefined : new Date(moment).toISOString();
    };
  }
  const numbers = numbersOf(scope, column, mapping);
  if (numbers !== undefined) return numberReader(numbers);
  return casing[mapping.case ?? 'none'];
}

function reasonOf(scope: MappingScope, column: string, mapping: DetailedMapping): string {
  const dates = datesOf(scope, column, mapping);
  return dates === undefined
    ? 'is not a number of the form that the mapping gives'
    : `is not a date like ${dates}`;
}

const casing: Readonly<Record<'none' | 'lower' | 'upper' | 'title', Refine>> = {
  none: (text) => text,
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  title: (text) =>
    text
      .toLowerCase()
      .replaceAll(
        /(^|[^\p{L}])(\p{L})/gu,
        (_, before: string, letter: string) => before + letter.toUpperCase(),
      ),
};

/** The rows of a table as the readers see them. @param groupBy are indexes of source columns. */
export function readerSource(
  table: Table,
  readers: readonly ColumnReader[],
  options: {
    readonly groupBy?: readonly string[] | undefined;
    readonly ignoreColumns?: readonly string[] | undefined;
  },
): RowSource {
  const used = new Set(readers.flatMap((reader) => reader.uses));
  const ignored = new Set(options.ignoreColumns);
  const groupBy = options.groupBy?.map((name) => indexOf(table.header, name, table.name));
  const labels = new Map(readers.map((reader) => [reader.column, reader.label]));

  async function* rows(onFraction?: (fraction: number) => void): AsyncGenerator<SourceRow> {
    for await (const { row, cells, problem } of table.rows(onFraction)) {
      const values: Record<string, string> = {};
      const problems: RowProblem[] = problem === undefined ? [] : [problem];
      for (const reader of readers) {
        const value = reader.read(cells);
        if (typeof value !== 'string') problems.push(value);
        else if (value !== '') values[reader.column] = value;
      }
      const group = groupBy?.map((index) => cells[index] ?? '').join('\0');
      yield {
        row,
        values,
        problems: problem === undefined ? problems : [problem],
        ...(group !== undefined && { group }),
      };
    }
  }
  return {
    name: table.name,
    columns: readers.map((reader) => reader.column),
    unknownColumns: table.header.filter(
      (name, index) => name !== '' && !used.has(index) && !ignored.has(name),
    ),
    label: (column) => labels.get(column) ?? column,
    rows,
  };
}
