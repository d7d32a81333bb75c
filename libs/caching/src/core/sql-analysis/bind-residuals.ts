/** Fills the conditions of a read with values; those that cannot be told leave their columns to matter by any change. */
import { orderedValue } from '../ordered-values.js';
import type { Residual } from '../row-read.js';
import type { ReadTemplate, ResidualTemplate, ValueSource, WindowTemplate } from './statement-reads.js';

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
    else if (residual.kind === 'comparison') untold.push(...residual.columns.map(({ column }) => column));
  }
  const window = template.window === undefined ? undefined : bindWindow(template.window, params, resultRows);
  return { residuals: window === undefined ? residuals : [...residuals, window], untold };
}

function bindResidual(residual: ResidualTemplate, params: readonly unknown[]): Residual | undefined {
  if (residual.kind === 'null') return residual;
  const { columns, operator, sources } = residual;
  const values: string[] = [];
  for (const [at, { type }] of columns.entries()) {
    const value = orderedValue(type, givenBy(sources[at], params));
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { kind: 'comparison', columns, operator, values };
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
