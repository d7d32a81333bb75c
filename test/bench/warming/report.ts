/** Writes down how nodes have started: medians over the rounds with their spread, and one line for programs. */
import { outcomeLine } from '../outcome.mjs';
import type { Measured, Setting, WarmingOptions } from './measure.js';
import type { SecondFigures } from './shop-traffic.js';

type Figures = Readonly<Record<string, number | undefined>>;

export function printReport(measured: readonly Measured[], options: WarmingOptions): void {
  const groups = Map.groupBy(measured, nameOf);
  const rows = [...groups].map(([name, runs]) => [name, runs.map(figuresOf)] as const);
  say(tableOf(rows));
  const results = Object.fromEntries(rows.map(([name, runs]) => [name, summaryOf(runs)]));
  process.stdout.write(outcomeLine({ scenario: 'warming', setting: { ...options }, results }));
}

function nameOf({ start, isWarming }: Setting): string {
  return `${start}, ${isWarming ? 'warming' : 'cold'}`;
}

function figuresOf({ figures, warmed, used, ended }: Measured): Figures {
  return {
    hitRatio5s: hitRatio(figures.slice(0, 5)),
    hitRatio15s: hitRatio(figures.slice(0, 15)),
    hitRatio: hitRatio(figures),
    memoryHitRatio5s: memoryHitRatio(figures.slice(0, 5)),
    memoryHitRatio: memoryHitRatio(figures),
    p50Ms5s: quantile(figures.slice(0, 5), 0.5),
    p99Ms: quantile(figures, 0.99),
    failed: sum(figures, 'failed'),
    warmed,
    unusedRatio: warmed === 0 ? undefined : (warmed - used) / warmed,
    wastedRatio: warmed === 0 ? undefined : ended / warmed,
  };
}

function hitRatio(figures: readonly SecondFigures[]): number {
  return (sum(figures, 'memoryHits') + sum(figures, 'otherHits')) / sum(figures, 'requests');
}

function memoryHitRatio(figures: readonly SecondFigures[]): number {
  return sum(figures, 'memoryHits') / sum(figures, 'requests');
}

function sum(figures: readonly SecondFigures[], what: Exclude<keyof SecondFigures, 'latenciesMs'>): number {
  return figures.reduce((total, second) => total + second[what], 0);
}

function quantile(figures: readonly SecondFigures[], share: number): number {
  const sorted = figures.flatMap(({ latenciesMs }) => latenciesMs).toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

function summaryOf(runs: readonly Figures[]): Readonly<Record<string, Spread>> {
  const summary: Record<string, Spread> = {};
  for (const name of Object.keys(runs[0] ?? {})) {
    const spread = spreadOf(runs.map((run) => run[name]));
    if (spread !== undefined) summary[name] = spread;
  }
  return summary;
}

function spreadOf(values: readonly (number | undefined)[]): Spread | undefined {
  const sorted = values.filter((value) => value !== undefined).toSorted((one, other) => one - other);
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map(
    rounded,
  );
  if (least === undefined || median === undefined || most === undefined) return undefined;
  return { median, least, most };
}

function rounded(figure: number | undefined): number | undefined {
  return figure === undefined ? undefined : Math.round(figure * 1_000) / 1_000;
}

function tableOf(rows: readonly (readonly [string, readonly Figures[]])[]): string {
  const names = Object.keys(rows[0]?.[1][0] ?? {});
  const lines = rows.map(([name, runs]) => {
    const summary = summaryOf(runs);
    const cells = names.map((figure) => {
      const spread = summary[figure];
      return spread === undefined ? '' : `${spread.median} (${spread.least}–${spread.most})`;
    });
    return [name, ...cells];
  });
  const head = ['start', ...names];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
