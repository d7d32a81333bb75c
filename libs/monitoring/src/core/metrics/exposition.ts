/**
 * Metrics as text: Prometheus' format 0.0.4 for who asks for nothing else, OpenMetrics 1.0 with exemplars for who asks for it.
 * Exemplars in the older format would make a scraper refuse the whole page.
 */
import type { MetricSnapshot, Series } from './metric-registry.js';
import type { Exemplar } from './series.js';

export type ExpositionFormat = 'prometheus' | 'openmetrics';

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What ends a page. */
export const pageEnds: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: '',
  openmetrics: '# EOF\n',
};

const openMetricsRange = /^\s*application\/openmetrics-text\s*(?:;|$)/i;

function qualityOf(range: string): number {
  const quality = /;\s*q=([\d.]+)/i.exec(range)?.[1];
  return quality === undefined ? 1 : Number(quality);
}

/** @param accept the header; only who names OpenMetrics, and wants it no less than plain text, gets it. */
export function formatFor(accept: string | undefined): ExpositionFormat {
  const ranges = (accept ?? '').split(',');
  const best = (ofKind: (range: string) => boolean) => Math.max(0, ...ranges.filter(ofKind).map(qualityOf));
  const wanted = best((range) => openMetricsRange.test(range));
  return wanted > 0 && wanted >= best((range) => /^\s*text\/plain/i.test(range))
    ? 'openmetrics'
    : 'prometheus';
}

const escapes: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '\n': String.raw`\n`,
  '"': String.raw`\"`,
};
const toEscape = /[\\\n"]/;

function escaped(text: string): string {
  return toEscape.test(text) ? text.replaceAll(/[\\\n"]/g, (character) => escapes[character] ?? '') : text;
}

/** A help text is not quoted, so that its quotation marks stay as they are in the older format. */
function helpText(help: string, format: ExpositionFormat): string {
  return format === 'openmetrics' ? escaped(help) : escaped(help).replaceAll(String.raw`\"`, '"');
}

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** @returns `a="1",b="2"` */
export function labelText(
  names: readonly string[],
  values: readonly (string | number | undefined)[],
): string {
  return names.map((name, at) => `${name}="${escaped(String(values[at] ?? ''))}"`).join(',');
}

export function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${numberText(value)}\n` : `${name}{${labels}} ${numberText(value)}\n`;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}

/** OpenMetrics knows no counter without the suffix: a scraper refuses the page. */
export function counterSampleName(name: string, format: ExpositionFormat): string {
  return format === 'openmetrics' && !name.endsWith('_total') ? `${name}_total` : name;
}

/** In OpenMetrics a counter's family has the name without the suffix, and every sample of it the suffix. */
export function familyLines({ name, help, type }: Family, format: ExpositionFormat): string {
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${family} ${helpText(help, format)}\n# TYPE ${family} ${type}\n`;
}

function exemplarText({ traceId, value, atUnixMs }: Exemplar): string {
  return ` # {trace_id="${escaped(traceId)}"} ${numberText(value)} ${(atUnixMs / 1_000).toFixed(3)}`;
}

function histogramLines(
  { name, bounds = [] }: MetricSnapshot,
  { value, bucketCounts = [], exemplars = [] }: Series,
  labels: string,
  format: ExpositionFormat,
): string {
  const before = labels === '' ? '' : `${labels},`;
  let lines = '';
  let count = 0;
  for (const [at, inBucket] of bucketCounts.entries()) {
    count += inBucket;
    const exemplar = format === 'openmetrics' ? exemplars[at] : undefined;
    const line = sampleLine(`${name}_bucket`, `${before}le="${numberText(bounds[at] ?? Infinity)}"`, count);
    lines += exemplar === undefined ? line : `${line.slice(0, -1)}${exemplarText(exemplar)}\n`;
  }
  return lines + sampleLine(`${name}_sum`, labels, value) + sampleLine(`${name}_count`, labels, count);
}

/** Series that are written at a stretch: well below a millisecond. */
const seriesOfSlice = 100;

/** All lines of one metric, slice by slice; nothing where it has no series. */
export function* metricSlices(metric: MetricSnapshot, format: ExpositionFormat): Generator<string> {
  const { name, help, kind, labelNames, series } = metric;
  const sampleName = kind === 'counter' ? counterSampleName(name, format) : name;
  let slice = familyLines({ name, help, type: kind }, format);
  for (const [at, one] of series.entries()) {
    const labels = labelText(labelNames, one.labels);
    slice +=
      kind === 'histogram'
        ? histogramLines(metric, one, labels, format)
        : sampleLine(sampleName, labels, one.value);
    if ((at + 1) % seriesOfSlice !== 0 && at + 1 !== series.length) continue;
    yield slice;
    slice = '';
  }
}
