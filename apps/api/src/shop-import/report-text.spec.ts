import { describe, expect, it } from 'vitest';
import { FileTally, type ImportReport } from './report.js';
import { reportText } from './report-text.js';

const totals = { orders: 5009, lines: 9994, revenue: '3.5', revenueByCurrency: { EUR: '1.25', USD: '2.25' } };

function reportOf(...tallies: FileTally[]): ImportReport {
  return {
    files: tallies.map((tally) => tally.report()),
    notImported: [{ file: 'x.csv', reason: 'on purpose: no' }],
    totals,
  };
}

describe('reportText', () => {
  it('counts what happened, and says per currency what was sold', () => {
    const tally = new FileTally('orders', 'sales.csv');
    Object.assign(tally, { read: 5010, imported: 5009, unknownColumns: ['colour'] });
    tally.reject(7, { column: 'Date', value: 'never', reason: 'is not a date' });
    expect(reportText(reportOf(tally))).toBe(
      [
        'Import report',
        '  orders from sales.csv: 5,010 rows read, 5,009 imported, 1 rejected',
        '    columns not imported: colour',
        '    row 7: Date "never" is not a date',
        '  x.csv: not imported, on purpose: no',
        '  total: 5,009 orders, 9,994 lines, revenue 1.25 EUR + 2.25 USD',
        '',
      ].join('\n'),
    );
  });

  it('shows fifty errors of a file in the order of its rows and says how many there are besides', () => {
    const tally = new FileTally('stock', 'stock.csv');
    for (let row = 80; row > 1; row -= 1) tally.reject(row, { column: '', value: '', reason: 'is bad' });
    const lines = reportText(reportOf(tally)).split('\n');
    expect(lines.filter((line) => line.includes('is bad'))).toHaveLength(50);
    expect(lines[2]).toBe('    row 2: is bad');
    expect(lines).toContain('    and 29 more; the JSON report has all of them');
  });

  it('tells of a file that failed as a whole, and counts nothing of it', () => {
    const tally = new FileTally('stock', 'stock.csv');
    Object.assign(tally, { read: 3, imported: 3 });
    tally.fail('stock.csv, row 3: broken.');
    expect(tally.report()).toMatchObject({ imported: 0, failure: 'stock.csv, row 3: broken.' });
    expect(reportText(reportOf(tally))).toContain('  stock.csv: nothing imported. stock.csv, row 3: broken.');
  });
});
