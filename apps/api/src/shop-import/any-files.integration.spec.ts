import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportText } from './index.js';
import { ImportBench } from './testing/import-bench.js';
import { smallShop } from './testing/temporary-shop.js';

const bench = new ImportBench();

/** What people, spreadsheets and attackers put into cells. */
const oddCells = [
  '',
  '"',
  '""',
  ',',
  ';',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\uFEFF',
  '😀',
  '-1',
  '0',
  '1e9',
  'NaN',
  'Infinity',
  '1_000',
  '2147483648',
  '99999999999999999999',
  '0.00000000000000000001',
  '21474836.48',
  '2024-02-30',
  '0001-01-01',
  'POT-1',
  'C1',
  'A-1',
  '7',
  '%',
  '\\',
  'x'.repeat(600),
  'ada@example.com',
  'constructor',
  '__proto__',
  "'; DROP TABLE orders;--",
];

interface Damage {
  readonly file: string;
  /** Where, as a share of the file's cells. */
  readonly place: number;
  readonly kind: 'replace' | 'append' | 'remove' | 'repeatLine';
  readonly cell: string;
}

const damage = fc.record<Damage>({
  file: fc.constantFrom(...Object.keys(smallShop)),
  place: fc.double({ min: 0, max: 0.999, noNaN: true }),
  kind: fc.constantFrom('replace', 'append', 'remove', 'repeatLine'),
  cell: fc.constantFrom(...oddCells),
});

function damaged(text: string, { place, kind, cell }: Damage): string {
  if (kind === 'repeatLine') {
    const lines = text.split('\n');
    return [...lines, lines[Math.floor(place * lines.length)] ?? ''].join('\n');
  }
  const cells = text.split(/(,|\n)/);
  const index = Math.floor(place * cells.length);
  const before = cells[index] ?? '';
  cells[index] = kind === 'replace' ? cell : kind === 'append' ? before + cell : '';
  return cells.join('');
}

describe('any files at all', () => {
  it('are imported or reported, and what is imported adds up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { maxLength: 5 }), async (damages) => {
        const files: Record<string, string> = { ...smallShop };
        for (const one of damages) files[one.file] = damaged(files[one.file] ?? '', one);
        await bench.useShop(files);
        const report = await bench.run({ replace: true });
        expect(reportText(report)).toContain('Import report');
        for (const { read, imported, updated, unchanged, rejected, failure } of report.files) {
          if (failure === undefined) expect(imported + updated + unchanged + rejected).toBe(read);
        }
        const halfOrders = await bench.query(`
          SELECT o.number FROM orders o
            LEFT JOIN (SELECT order_id, sum(amount) AS exact, sum(amount_minor) AS minor FROM order_lines GROUP BY 1) l
              ON l.order_id = o.id
           WHERE l.exact IS DISTINCT FROM o.total OR l.minor IS DISTINCT FROM o.total_minor`);
        expect(halfOrders).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
