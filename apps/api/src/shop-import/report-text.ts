/** Shows a report on a terminal, and keeps it whole as JSON. */
import { writeFile } from 'node:fs/promises';
import { type FileReport, type ImportReport, type RowError, titleOf } from './report.js';

/** Errors of a file that the text shows; the JSON has all of them. */
const shownErrors = 50;

const count = new Intl.NumberFormat('en-US');

export function reportText(report: ImportReport): string {
  const { totals } = report;
  const revenue = Object.entries(totals.revenueByCurrency).map(([currency, sum]) => `${sum} ${currency}`);
  return [
    'Import report',
    ...report.files.flatMap(renderFile),
    ...report.notImported.map(({ file, reason }) => `  ${file}: not imported, ${reason}`),
    `  total: ${count.format(totals.orders)} orders, ${count.format(totals.lines)} lines, ` +
      `revenue ${revenue.length === 0 ? totals.revenue : revenue.join(' + ')}`,
    '',
  ].join('\n');
}

function renderFile(file: FileReport): string[] {
  const name = titleOf(file);
  const heading =
    file.failure === undefined
      ? `  ${name}: ${count.format(file.read)} rows read, ${renderCounts(file)}`
      : `  ${name}: nothing imported. ${file.failure}`;
  const hidden = file.errors.length - shownErrors;
  return [
    heading,
    ...(file.unknownColumns.length === 0
      ? []
      : [`    columns not imported: ${file.unknownColumns.join(', ')}`]),
    ...file.notes.map((note) => `    ${note}`),
    ...file.errors.slice(0, shownErrors).map((error) => `    ${renderError(error)}`),
    ...(hidden > 0 ? [`    and ${count.format(hidden)} more; the JSON report has all of them`] : []),
  ];
}

function renderCounts(file: FileReport): string {
  const parts = (['imported', 'updated', 'unchanged', 'rejected'] as const)
    .filter((name) => name === 'imported' || file[name] > 0)
    .map((name) => `${count.format(file[name])} ${name}`);
  return parts.join(', ');
}

function renderError(error: RowError): string {
  const value = error.value === '' ? '' : ` ${JSON.stringify(error.value)}`;
  const cell = `${error.column}${value}`.trim();
  return `row ${error.row}: ${cell === '' ? error.reason : `${cell} ${error.reason}`}`;
}

export async function writeReport(report: ImportReport, path: string): Promise<void> {
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
}
