/**
 * The command line of the replay:
 * `node test/bench/hit-rate/run.ts [--quick] [--traces DIR] [--json FILE] [--seed N] [--sizes LIST]`, where sizes are percentages
 * of a trace's distinct keys. DIR is in TRACES_DIR otherwise. The quick version leaves out the largest traces. The store was tuned at the default sizes only, so that others,
 * and other seeds, tell whether it was tuned too closely.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { outcomeLine } from '../outcome.mjs';
import { replays, type Replay } from './replay.js';
import { goal, markdownReport, missesGoal } from './report.js';
import { traces } from './traces.js';

/** Prints the table and the outcome, and writes the latter to a file if asked to. */
export function hitRate(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      traces: { type: 'string', default: process.env['TRACES_DIR'] ?? '.' },
      json: { type: 'string' },
      seed: { type: 'string', default: '7' },
      sizes: { type: 'string' },
    },
  });
  const sizes = values.sizes ?? (values.quick ? '5,25' : '1,5,10,25,50');
  const sizeShares = sizes.split(',').map((percent) => Number(percent) / 100);
  const rows: Replay[] = [];
  for (const trace of traces(values.traces, Number(values.seed), values.quick))
    rows.push(...replays(trace, sizeShares));
  const missed = rows.filter(missesGoal).length;
  const outcome = outcomeLine({
    scenario: 'hit-rate',
    setting: { seed: Number(values.seed), sizes },
    claims: [
      { claim: `ours is ${goal}`, measured: `${missed} of ${rows.length} missed`, holds: missed === 0 },
    ],
    results: rows,
  });
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, outcome);
  }
  process.stdout.write(`${markdownReport(rows)}\n${outcome}`);
}
