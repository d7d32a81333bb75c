/** Reads one delimited text file as a stream of rows, each with the line that an editor shows for it. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { type Options, parse, type Parser } from 'csv-parse';
import { ImportFileUnreadable } from './errors.js';
import type { TableFormat } from './mapping.js';

/** What is wrong with one row, in the words of the report. */
export interface RowProblem {
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

export interface TableRow {
  /** The line on which the row begins; the first line of a file is 1. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Set where the cells cannot be trusted. */
  readonly problem?: RowProblem;
}

export interface Table {
  readonly path: string;
  readonly name: string;
  readonly header: readonly string[];
  /** Reads the file from its beginning. @param onFraction is told, row by row, how much of it was read, 0 to 1. */
  rows(onFraction?: (fraction: number) => void): AsyncGenerator<TableRow>;
}

/** Bytes of a row beyond which a quote was certainly never closed; no text of a shop is that long. */
const maxRowBytes = 1_000_000;
/** Bytes in which the header is looked for. */
const sampleBytes = 65_536;
const sniffedDelimiters = [',', ';', '\t', '|'];

interface FileProbe {
  readonly sizeBytes: number;
  readonly encoding: string;
  readonly sample: string;
}

interface ResolvedFormat {
  readonly delimiter: string;
  readonly quote: string | false;
  readonly encoding: string;
  readonly sizeBytes: number;
  readonly skipLines: number;
}

/** Opens a file and reads its header. @param name is what the report calls it. */
export async function openTable(path: string, name: string, format: TableFormat = {}): Promise<Table> {
  const probe = await probeFile(path, name, format.encoding);
  const announced = announcedDelimiter(probe.sample);
  const skipLines = format.skipLines ?? (announced === undefined ? 0 : 1);
  const resolved: ResolvedFormat = {
    delimiter: format.delimiter ?? announced ?? sniffDelimiter(probe.sample, skipLines),
    quote: format.quote ?? (format.unquotedLineBreaks === true ? false : '"'),
    encoding: probe.encoding,
    sizeBytes: probe.sizeBytes,
    skipLines,
  };
  const header = format.columnNames ?? (await readHeader(path, name, resolved));
  rejectRepeatedNames(header, name);
  const dataStartsAt = format.columnNames === undefined ? 1 : 0;

  async function* rows(onFraction: (fraction: number) => void = () => undefined): AsyncGenerator<TableRow> {
    const lines = readLines(path, name, resolved, onFraction);
    const whole =
      format.unquotedLineBreaks === true ? joinBrokenRows(lines, header.length, dataStartsAt) : lines;
    let index = 0;
    for await (const line of whole) {
      index += 1;
      if (index > dataStartsAt && line.cells.some((cell) => cell !== '')) yield checked(line, header);
    }
  }
  return { path, name, header, rows };
}

async function probeFile(path: string, name: string, encoding = 'utf-8'): Promise<FileProbe> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    const decoder = new TextDecoder(markedEncoding(buffer) ?? encoding);
    return {
      sizeBytes: size,
      encoding: decoder.encoding,
      sample: decoder.decode(buffer.subarray(0, bytesRead)),
    };
  } catch (error) {
    if (error instanceof RangeError) {
      throw new ImportFileUnreadable(`${name}: there is no encoding "${encoding}".`, { cause: error });
    }
    throw error;
  } finally {
    await file.close();
  }
}

/** The encoding that a byte order mark tells, where it is not UTF-8. */
function markedEncoding(start: Buffer): string | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : undefined;
}

/** Excel's own first line `sep=;`, which says the delimiter and is no header. */
function announcedDelimiter(sample: string): string | undefined {
  return /^"?sep=([^\r\n])"?(?:\r\n|\n|\r)/i.exec(sample)?.[1];
}

function sniffDelimiter(sample: string, skipLines: number): string {
  const header =
    sample
      .split(/\r\n|\n|\r/)
      .slice(skipLines)
      .find((line) => line.trim() !== '') ?? '';
  const outsideQuotes = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => outsideQuotes.split(delimiter).length;
  return sniffedDelimiters.reduce((best, next) => (count(next) > count(best) ? next : best));
}

async function readHeader(path: string, name: string, format: ResolvedFormat): Promise<readonly string[]> {
  for await (const line of readLines(path, name, format, () => undefined)) return line.cells;
  throw new ImportFileUnreadable(`${name} is empty: not even a header line is there.`);
}

function rejectRepeatedNames(header: readonly string[], name: string): void {
  const repeated = header.find((column, index) => column !== '' && header.indexOf(column) !== index);
  if (repeated !== undefined) {
    throw new ImportFileUnreadable(
      `${name} has the column "${repeated}" twice; which one counts is not said.`,
    );
  }
}

/** Every row that is not blank, header included. */
async function* readLines(
  path: string,
  name: string,
  format: ResolvedFormat,
  onFraction: (fraction: number) => void,
): AsyncGenerator<TableRow> {
  const position: ParserPosition = { nextRow: 1, unclosedAt: undefined };
  const parser = rowParser(format, position);
  const file = createReadStream(path);
  // An error of the file comes out of the iteration below, so the callback has nothing to add.
  pipeline(format.encoding === 'utf-8' ? file : decoded(file, format.encoding), parser, () => undefined);
  try {
    for await (const line of parser as AsyncIterable<TableRow>) {
      onFraction(format.sizeBytes === 0 ? 1 : Math.min(1, file.bytesRead / format.sizeBytes));
      yield line;
    }
  } catch (error) {
    if (position.unclosedAt === undefined) throw error;
  }
  if (position.unclosedAt !== undefined) {
    throw new ImportFileUnreadable(
      `${name}, row ${position.unclosedAt}: a quote is opened and never closed, so that the rest of the file cannot ` +
        'be told apart; close it, or write quotes inside a text twice.',
    );
  }
}

interface ParserPosition {
  nextRow: number;
  /** The row whose quote is still open at the end, or after more bytes than any text has. */
  unclosedAt: number | undefined;
}

/** What the parser hands to `on_record` when `raw` is set; its typings show the record alone. */
interface ParsedRecord {
  readonly record: string[];
  readonly raw: string;
}

/**
 * Lines are counted in the raw text of each record, because the parser's own counter takes a CRLF inside quotes for two,
 * and while it parses, because rows wait in the stream after that.
 */
function rowParser(format: ResolvedFormat, position: ParserPosition): Parser {
  const toRow = ({ record, raw }: ParsedRecord): TableRow | null => {
    const row = position.nextRow;
    position.nextRow += countLineBreaks(raw);
    const blank =
      format.quote !== false && record.length === 1 && record[0] === '' && !raw.includes(format.quote);
    return row <= format.skipLines || blank
      ? null
      : flagStrayQuote({ row, cells: record }, raw, format.quote);
  };
  return parse({
    delimiter: format.delimiter,
    quote: format.quote,
    record_delimiter: ['\r\n', '\n', '\r'],
    bom: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true, // 3/4" is no fault; a quote that opens a cell and is never closed still is
    max_record_size: maxRowBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      position.unclosedAt = position.nextRow;
      if (error?.code === 'CSV_MAX_RECORD_SIZE') throw error; // or the rest of the file would be kept in memory
      return undefined;
    },
    on_record: toRow as unknown as NonNullable<Options['on_record']>,
  });
}

async function* decoded(file: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of file) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** With relaxed quotes the parser keeps `"x"y` as it stands; escaped quotes leave three in a row in the raw text. */
function flagStrayQuote(line: TableRow, raw: string, quote: string | false): TableRow {
  if (quote === false || !raw.includes(quote) || raw.includes(quote.repeat(3))) return line;
  const stray = line.cells.findIndex((cell) => cell.startsWith(quote));
  if (stray < 0) return line;
  const reason = 'has text after its closing quote; write quotes inside a text twice';
  return { ...line, problem: { column: `${stray + 1}`, value: line.cells[stray] ?? '', reason } };
}

/** Glues lines together until a row has all its cells: its last cell ends with the line that completes it. */
async function* joinBrokenRows(
  lines: AsyncGenerator<TableRow>,
  columnCount: number,
  headerLines: number,
): AsyncGenerator<TableRow> {
  let unfinished: TableRow | undefined;
  let index = 0;
  for await (const line of lines) {
    index += 1;
    if (index <= headerLines) {
      yield line;
      continue;
    }
    const cells = unfinished === undefined ? line.cells : joinCells(unfinished.cells, line.cells);
    unfinished = { row: unfinished?.row ?? line.row, cells };
    if (cells.length >= columnCount) {
      yield unfinished;
      unfinished = undefined;
    } else if (cells.every((cell) => cell.trim() === '')) {
      unfinished = undefined; // blank lines between rows belong to none
    }
  }
  if (unfinished !== undefined) yield unfinished;
}

function joinCells(before: readonly string[], after: readonly string[]): string[] {
  const seam = `${before.at(-1) ?? ''}\n${after[0] ?? ''}`;
  return [...before.slice(0, -1), seam, ...after.slice(1)];
}

function checked(line: TableRow, header: readonly string[]): TableRow {
  const broken = line.cells.findIndex((cell) => cell.includes('\uFFFD') || cell.includes('\0'));
  if (broken >= 0) {
    // PostgreSQL takes no NUL, not even in the number of an order that is to be rejected.
    const cells = line.cells.map((cell) => cell.replaceAll('\0', '\uFFFD'));
    const reason = 'has bytes that are no text; save the file as UTF-8, or name its encoding in the mapping';
    return {
      row: line.row,
      cells,
      problem: { column: header[broken] ?? '', value: cells[broken] ?? '', reason },
    };
  }
  if (line.problem !== undefined) {
    const column = header[Number(line.problem.column) - 1] ?? line.problem.column;
    return { ...line, problem: { ...line.problem, column } };
  }
  const surplus = line.cells.slice(header.length).some((cell) => cell !== '');
  if (surplus || line.cells.length < header.length) {
    const reason = `the row has ${line.cells.length} cells, the header has ${header.length}`;
    return { ...line, problem: { column: '', value: line.cells.join(' '), reason } };
  }
  return line;
}
