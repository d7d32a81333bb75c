/** Where the loader gets its rows from: a mapped file, a group of its rows, or a program that makes them. */
import { hash } from 'node:crypto';
import type { RowProblem } from './table.js';

export interface SourceRow {
  /** The line on which the row begins in the file. */
  readonly row: number;
  /** By the importer's column names; an empty cell is left out. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong already, so that the row must be rejected. */
  readonly problems: readonly RowProblem[];
  /** What groups the rows of a `groupBy`. */
  readonly group?: string;
}

export interface RowSource {
  /** The file, as the report calls it. */
  readonly name: string;
  /** The importer's columns that the source fills. */
  readonly columns: readonly string[];
  /** Columns of the file that nobody asked for. */
  readonly unknownColumns: readonly string[];
  /** What the file itself calls a column. */
  label(column: string): string;
  /** Reads from the beginning, as often as it is called. @param onFraction is told how far it is, 0 to 1. */
  rows(onFraction?: (fraction: number) => void): AsyncIterable<SourceRow>;
}

/** A source that a program fills: every column is called what the importer calls it. */
export function rowsInMemory(
  name: string,
  columns: readonly string[],
  values: () => Iterable<Readonly<Record<string, string | undefined>>>,
): RowSource {
  async function* rows(): AsyncGenerator<SourceRow> {
    let row = 1;
    for (const entry of values()) {
      row += 1;
      yield { row, values: withoutBlanks(entry), problems: [] };
    }
  }
  return { name, columns, unknownColumns: [], label: (column) => column, rows };
}

export function withoutBlanks(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const column in values) {
    const value = values[column];
    if (value !== undefined && value !== '') kept[column] = value;
  }
  return kept;
}

/** One row of each group, the first; a later one that says something else is passed on as a bad row. */
export function oneRowPerGroup(source: RowSource): RowSource {
  async function* rows(onFraction?: (fraction: number) => void): AsyncGenerator<SourceRow> {
    const seen = new Map<string, { readonly row: number; readonly digest: string }>();
    for await (const row of source.rows(onFraction)) {
      const group = row.group ?? '';
      const digest = hash('sha256', JSON.stringify(row.values), 'base64url').slice(0, 16);
      const first = seen.get(group);
      if (first === undefined) {
        seen.set(group, { row: row.row, digest });
        yield row;
      } else if (first.digest !== digest) {
        const reason = `says something else about the same thing than row ${first.row}`;
        yield {
          ...row,
          problems: [...row.problems, { column: '', value: Object.values(row.values).join(' '), reason }],
        };
      }
    }
  }
  return { ...source, rows };
}
