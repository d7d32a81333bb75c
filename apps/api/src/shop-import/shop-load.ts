/** What the loading of every kind of file has in common: the connection, the references, and the reading of good rows. */
import type { DataSource } from 'typeorm';
import type { References } from './references.js';
import type { FileTally } from './report.js';
import { checkRow, type RowOf } from './row-schemas.js';
import type { RowSource, SourceRow } from './row-source.js';
import type { FileKind } from './shop-files.js';

export interface ShopLoad {
  readonly dataSource: DataSource;
  readonly now: Date;
  readonly references: References;
  /** Is told one line of text now and then. */
  readonly onProgress: (line: string) => void;
}

export interface GoodRow<Kind extends FileKind> {
  readonly row: number;
  readonly fields: RowOf<Kind>;
  /** The row's texts, with the columns that the schema does not know, such as attributes. */
  readonly values: SourceRow['values'];
}

/** Rows between two lines of progress. */
const progressRows = 25_000;
const count = new Intl.NumberFormat('en-US');

/** The rows that are good by themselves; the others are counted and reported. */
export async function* goodRows<Kind extends FileKind>(
  load: ShopLoad,
  kind: Kind,
  source: RowSource,
  tally: FileTally,
  onRejected: (row: SourceRow) => void = () => undefined,
): AsyncGenerator<GoodRow<Kind>> {
  let fraction = 0;
  for await (const row of source.rows((read) => (fraction = read))) {
    tally.read += 1;
    if (tally.read % progressRows === 0) {
      load.onProgress(`${tally.title}: ${count.format(tally.read)} rows, ${Math.floor(fraction * 100)} %`);
    }
    const checked =
      row.problems.length === 0 ? checkRow(kind, row.values) : { ok: false as const, problems: row.problems };
    if (checked.ok) {
      yield { row: row.row, fields: checked.row, values: row.values };
    } else {
      const problems = checked.problems.map((problem) => ({
        ...problem,
        column: source.label(problem.column),
      }));
      tally.reject(row.row, ...problems);
      onRejected(row);
    }
  }
}
