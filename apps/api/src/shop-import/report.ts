/** What an import did, file by file and row by row, counted so that nothing that was read goes unmentioned. */
import type { FileKind } from './shop-files.js';
import type { RowProblem } from './table.js';

export interface RowError extends RowProblem {
  readonly file: string;
  /** The line on which the row begins; the first line of the file is 1. */
  readonly row: number;
}

/** `read` is always the sum of imported, updated, unchanged and rejected, unless the file failed as a whole. */
export interface FileReport {
  readonly kind: FileKind;
  readonly file: string;
  readonly read: number;
  readonly imported: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly errors: readonly RowError[];
  /** Columns of the file that the importer has no use for. */
  readonly unknownColumns: readonly string[];
  readonly notes: readonly string[];
  /** Why nothing of the file was imported. */
  readonly failure?: string;
}

export interface ImportTotals {
  /** Orders of the files that are in the database now, whether this import or an earlier one brought them. */
  readonly orders: number;
  readonly lines: number;
  /** The exact sum of the lines' amounts. */
  readonly revenue: string;
  readonly revenueByCurrency: Readonly<Record<string, string>>;
}

export interface ImportReport {
  readonly files: readonly FileReport[];
  readonly notImported: readonly { readonly file: string; readonly reason: string }[];
  readonly totals: ImportTotals;
}

/** True when every row of every file is in the database. */
export function isComplete(report: ImportReport): boolean {
  return report.files.every((file) => file.failure === undefined && file.rejected === 0);
}

/** What a file was read as, since one file may be read as several kinds. */
export function titleOf({ kind, file }: Pick<FileReport, 'kind' | 'file'>): string {
  return file.startsWith(kind) ? file : `${kind} from ${file}`;
}

/** Longest piece of a bad value that a report shows. */
const shownCharacters = 80;

/** Counts the rows of one file while they are loaded. */
export class FileTally {
  read = 0;
  imported = 0;
  updated = 0;
  unchanged = 0;
  failure: string | undefined;
  unknownColumns: readonly string[] = [];
  readonly notes: string[] = [];
  readonly #errors: RowError[] = [];
  rejected = 0;

  constructor(
    readonly kind: FileKind,
    readonly file: string,
  ) {}

  get title(): string {
    return titleOf(this);
  }

  /** Counts one row as rejected, however many of its cells are bad. */
  reject(row: number, ...problems: readonly RowProblem[]): void {
    this.rejected += 1;
    for (const { column, value, reason } of problems) {
      const shown = value.length > shownCharacters ? `${value.slice(0, shownCharacters)}…` : value;
      this.#errors.push({ file: this.file, row, column, value: shown, reason });
    }
  }

  /** The file's transaction was rolled back: what was counted as written is not there. */
  fail(reason: string): void {
    this.failure = reason;
    this.imported = 0;
    this.updated = 0;
    this.unchanged = 0;
  }

  report(): FileReport {
    const { kind, file, read, imported, updated, unchanged, unknownColumns, notes, failure } = this;
    const errors = this.#errors.toSorted((a, b) => a.row - b.row);
    const counts = { read, imported, updated, unchanged, rejected: this.rejected };
    return {
      kind,
      file,
      ...counts,
      errors,
      unknownColumns,
      notes,
      ...(failure !== undefined && { failure }),
    };
  }
}
