/** Fills the conditions of a read with values; those that cannot be told leave their columns to matter by any change. */
import { orderedValue } from '../ordered-values.js';
import { columnsOf } from '../row-match.js';
import type { Residual } from '../row-read.js';
import { parseTextQuery, type TextQuery } from '../text-query.js';
import type { ReadTemplate, ResidualTemplate, ValueSource, WindowTemplate } from './statement-reads.js';

/** A row is held against each of them. */
const mostQueries = 20;

export type ResultRow = Readonly<Record<string, unknown>>;

export interface BoundResiduals {
  readonly residuals: readonly Residual[];
  /** Columns of conditions that are left out. */
  readonly untold: readonly string[];
}

export function bindResiduals(
  template: ReadTemplate,
  params: readonly unknown[],
  resultRows: readonly ResultRow[],
): BoundResiduals {
  const residuals: Residual[] = [];
  const untold: string[] = [];
  for (const residual of template.residuals) {
    const bound = bindResidual(residual, params);
    if (bound !== undefined) residuals.push(bound);
    else untold.push(...columnsOf(residual));
  }
  const window = template.window === undefined ? undefined : bindWindow(template.window, params, resultRows);
  return { residuals: window === undefined ? residuals : [...residuals, window], untold };
}

function bindResidual(residual: ResidualTemplate, params: readonly unknown[]): Residual | undefined {
  if (residual.kind === 'null') return residual;
  if (residual.kind === 'search') return bindSearch(residual, params);
  const { columns, operator, sources } = residual;
  const values: string[] = [];
  for (const [at, { type }] of columns.entries()) {
    const value = orderedValue(type, givenBy(sources[at], params));
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { kind: 'comparison', columns, operator, values };
}

/** Queries that are NULL or empty match nothing. */
function bindSearch(
  { column, sources }: ResidualTemplate & { readonly kind: 'search' },
  params: readonly unknown[],
): Residual | undefined {
  const queries: TextQuery[] = [];
  for (const text of sources.flatMap((source) => listGivenBy(source, params))) {
    if (text === null || text === '') continue;
    const query = typeof text === 'string' ? parseTextQuery(text) : undefined;
    if (query === undefined || queries.length === mostQueries) return undefined;
    queries.push(query);
  }
  return { kind: 'search', column, queries };
}

function listGivenBy(source: ValueSource, params: readonly unknown[]): readonly unknown[] {
  if (!('paramArray' in source)) return [givenBy(source, params)];
  const list = params[source.paramArray - 1] ?? null;
  // An array that is sent as text is no list, and so no query.
  return Array.isArray(list) ? list : [list === null ? null : undefined];
}

function givenBy(source: ValueSource | undefined, params: readonly unknown[]): unknown {
  if (source === undefined) return undefined;
  if ('literal' in source) return source.literal;
  return 'param' in source ? params[source.param - 1] : undefined;
}

/** Undefined when the page is not full: then any row may join it at its end. */
function bindWindow(
  { columns, fields, limit }: WindowTemplate,
  params: readonly unknown[],
  resultRows: readonly ResultRow[],
): Residual | undefined {
  const given = givenBy(limit, params);
  const count = given === null || given === undefined || given === '' ? Number.NaN : Number(given);
  const last = resultRows.at(-1);
  if (last === undefined || !(resultRows.length >= count)) return undefined;
  const values: (string | null)[] = [];
  for (const [at, { type }] of columns.entries()) {
    const shown = last[fields[at] ?? ''];
    const value = shown === null ? null : orderedValue(type, shown);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { kind: 'window', columns, values };
}
