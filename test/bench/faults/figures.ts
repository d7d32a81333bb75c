/** Turns samples and recoveries into rows, claims and a table. */
import type { Claim } from '../outcome.mjs';
import type { Sample } from '../../support/open-loop.js';

export const phases = ['before', 'noticing', 'away', 'after'] as const;
export type Phase = (typeof phases)[number];

export interface PhaseRow {
  readonly fault: string;
  /** `hot`: what many ask for; `fresh`: what nobody has asked for; `writes`: changes of prices. */
  readonly of: 'hot' | 'fresh' | 'writes';
  readonly phase: Phase;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface FaultsResult {
  readonly rows: readonly PhaseRow[];
  /** Milliseconds from each return of Redis, by fault; infinite when the cache did not come back. */
  readonly recoveries: Readonly<Record<string, readonly number[]>>;
  readonly requests: number;
  readonly failed: number;
  readonly stale: number;
}

/** When each phase began and ended, by `performance.now`. */
export type Span = readonly [fromMs: number, toMs: number];

export function rowsOf(
  { fault, of }: Pick<PhaseRow, 'fault' | 'of'>,
  samples: readonly Sample[],
  spans: ReadonlyMap<Phase, readonly Span[]>,
): PhaseRow[] {
  return [...spans].map(([phase, itsSpans]) => {
    const within = samples.filter(({ dueAtMs }) =>
      itsSpans.some(([fromMs, toMs]) => dueAtMs >= fromMs && dueAtMs < toMs),
    );
    const sorted = within.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
    return {
      fault,
      of,
      phase,
      count: within.length,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
    };
  });
}

function quantile(sorted: readonly number[], share: number): number {
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return Math.round(found * 10) / 10;
}

const mostSlowerMs = 5;
const longestRecoveryMs = 3_000;

export function claimsOf({ rows, recoveries, requests, failed, stale }: FaultsResult): Claim[] {
  return [
    { claim: 'no request fails', measured: `${failed} of ${requests}`, holds: failed === 0 },
    { claim: 'nobody gets less than he has seen', measured: stale, holds: stale === 0 },
    ...Object.keys(recoveries).flatMap((fault) => {
      const slowerMs = slowerWhileAwayMs(rows, fault);
      if (slowerMs === undefined) return [];
      const claim = `${fault}: p99 of a fresh answer while Redis is away is within ${mostSlowerMs} ms of before`;
      return [{ claim, measured: slowerMs, holds: slowerMs <= mostSlowerMs }];
    }),
    ...Object.entries(recoveries).map(([fault, each]) => ({
      claim: `${fault}: all nodes answer from their caches, and what was written last, within ${longestRecoveryMs} ms of Redis's return`,
      measured: each,
      holds: Math.max(...each) <= longestRecoveryMs,
    })),
  ];
}

function slowerWhileAwayMs(rows: readonly PhaseRow[], fault: string): number | undefined {
  const p99Ms = (phase: Phase) =>
    rows.find((row) => row.fault === fault && row.of === 'fresh' && row.phase === phase)?.p99Ms;
  const [before, away] = [p99Ms('before'), p99Ms('away')];
  return before === undefined || away === undefined ? undefined : Math.round((away - before) * 10) / 10;
}

export function toTable({ rows, recoveries, requests, failed, stale }: FaultsResult): string {
  const cells = rows.map(
    ({ fault, of, phase, count, p50Ms, p99Ms }) =>
      `| ${fault} | ${of} | ${phase} | ${count} | ${p50Ms} | ${p99Ms} |`,
  );
  const head = ['| Redis | of | phase | requests | p50 ms | p99 ms |', '|---|---|---|--:|--:|--:|'];
  const back = Object.entries(recoveries).map(([fault, each]) => `${fault} ${each.join(', ')} ms`);
  const last = `${requests} requests, ${failed} failed, ${stale} stale; back after: ${back.join('; ')}`;
  return `${[...head, ...cells].join('\n')}\n\n${last}\n`;
}
