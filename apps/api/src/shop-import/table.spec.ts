import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImportFileUnreadable } from './errors.js';
import type { TableFormat } from './mapping.js';
import { openTable, type TableRow } from './table.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'table-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readText(
  text: string | Buffer,
  format?: TableFormat,
): Promise<{ header: readonly string[]; rows: TableRow[] }> {
  const path = join(folder, 'shop.csv');
  await writeFile(path, text);
  const table = await openTable(path, 'shop.csv', format);
  const rows: TableRow[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { header: table.header, rows };
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

describe('openTable', () => {
  it('numbers rows by the line on which they begin, whatever ends a line and whatever stands in quotes', async () => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const text = [
        '\uFEFFid,text',
        '1,"two',
        'lines"',
        '',
        '2,"a ""quoted"" word"',
        '3,"x',
        '',
        'y"',
        '4,last',
      ].join(eol);
      const { header, rows } = await readText(text);
      expect(header).toEqual(['id', 'text']);
      expect(rows.map(({ row, cells }) => [row, cells[0]])).toEqual([
        [2, '1'],
        [5, '2'],
        [6, '3'],
        [9, '4'],
      ]);
      expect(rows[1]?.cells[1]).toBe('a "quoted" word');
      expect(rows[2]?.cells[1]).toBe(`x${eol}${eol}y`);
    }
  });

  it('reads back any cells that were written with quotes', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', ' ', ';'), maxLength: 6 });
    const table = fc.array(fc.tuple(cell, cell, fc.constant('end')), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, async (cells) => {
        const text = [['a', 'b', 'c'], ...cells].map((row) => row.map(quoted).join(',')).join('\r\n');
        const { rows } = await readText(text, { delimiter: ',' });
        expect(rows.map((row) => row.cells)).toEqual(cells);
        expect(rows.every((row) => row.problem === undefined)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a;b;c\n1,5;2;3\n', ';'],
    ['a\tb\n1\t2\n', 'tab'],
    ['"a,x";b\n1;2\n', 'semicolon outside quotes'],
  ])('finds the delimiter of %j by itself (%s)', async (text) => {
    const { rows } = await readText(text);
    expect(rows[0]?.cells.length).toBeGreaterThan(1);
    expect(rows[0]?.problem).toBeUndefined();
  });

  it('keeps inches, and reports text after a closing quote', async () => {
    const { rows } = await readText('id,size\n1,3/4"\n2,"x"y\n3,ok\n');
    expect(rows.map((row) => row.problem?.reason)).toEqual([
      undefined,
      expect.stringContaining('after its closing quote'),
      undefined,
    ]);
    expect(rows[0]?.cells[1]).toBe('3/4"');
    expect(rows[1]?.problem?.column).toBe('size');
  });

  it('reports rows with too few or too many cells, and bytes that are not UTF-8', async () => {
    const { rows } = await readText(Buffer.from('a,b\n1\n1,2,3\n1,2,,\n1,caf\xe9\n\0,1\n', 'latin1'));
    expect(rows.map((row) => row.problem?.reason ?? 'ok')).toEqual([
      'the row has 1 cells, the header has 2',
      'the row has 3 cells, the header has 2',
      'ok',
      expect.stringContaining('UTF-8'),
      expect.stringContaining('UTF-8'),
    ]);
    expect(rows.at(-1)?.cells).toEqual(['\uFFFD', '1']);
  });

  it('reads other encodings when told, and UTF-16 by its mark', async () => {
    const latin = await readText(Buffer.from('a,b\n1,caf\xe9\n', 'latin1'), { encoding: 'windows-1252' });
    expect(latin.rows[0]?.cells[1]).toBe('café');
    const wide = await readText(Buffer.from('\uFEFFa\tb\r\n1\t自行车\r\n', 'utf16le'));
    expect(wide.header).toEqual(['a', 'b']);
    expect(wide.rows[0]?.cells).toEqual(['1', '自行车']);
    const bigEndian = Buffer.from('\uFEFFa\tb\r\n1\t自行车\r\n', 'utf16le').swap16();
    expect((await readText(bigEndian)).rows[0]?.cells).toEqual(['1', '自行车']);
  });

  it('leaves out rows whose cells are all empty', async () => {
    const { rows } = await readText('a,b\n,\n1,2\n,\n');
    expect(rows.map((row) => row.row)).toEqual([3]);
  });

  it('names the row of a quote that is never closed', async () => {
    await expect(readText('a,b\n1,2\n3,"open\n4,5\n')).rejects.toThrow(/shop\.csv, row 3: a quote is opened/);
    const endless = `a,b\n1,2\n3,"open\n${'4,5\n'.repeat(400_000)}`;
    await expect(readText(endless)).rejects.toThrow(/row 3: a quote is opened/);
  });

  it('refuses an empty file, a column named twice and an unknown encoding', async () => {
    await expect(readText('')).rejects.toThrow(ImportFileUnreadable);
    await expect(readText('a,b,a\n')).rejects.toThrow(/column "a" twice/);
    await expect(readText('a,b\n', { encoding: 'klingon' })).rejects.toThrow(/no encoding "klingon"/);
  });

  it('joins lines of unquoted text until a row has all its cells', async () => {
    const { rows } = await readText('1\tgood\nvery "good\n\nindeed\t2024\n2\tbad\t2025\n', {
      delimiter: '\t',
      columnNames: ['id', 'text', 'year'],
      unquotedLineBreaks: true,
    });
    expect(rows).toEqual([
      { row: 1, cells: ['1', 'good\nvery "good\n\nindeed', '2024'] },
      { row: 5, cells: ['2', 'bad', '2025'] },
    ]);
  });

  it('takes the delimiter from the first line that Excel writes', async () => {
    const { header, rows } = await readText('\uFEFFsep=;\r\nid;name\r\n1;a,b,c\r\n');
    expect(header).toEqual(['id', 'name']);
    expect(rows).toEqual([{ row: 3, cells: ['1', 'a,b,c'] }]);
  });

  it('skips lines before the header', async () => {
    const { header, rows } = await readText('Export of shop\n\nid,name\n1,x\n', { skipLines: 2 });
    expect(header).toEqual(['id', 'name']);
    expect(rows).toEqual([{ row: 4, cells: ['1', 'x'] }]);
  });
});
