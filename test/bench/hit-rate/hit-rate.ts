/**
 * The command line of the replay: `node test/bench/hit-rate/run.ts [--traces DIR] [--json FILE] [--seed N] [--sizes LIST]`,
 * where sizes are percentages of a trace's distinct keys. The store was tuned at the default sizes only, so that others,
 * and other seeds, tell whether it was tuned too closely.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { replays, type Replay } from './replay.js';
import { markdownReport, missesGoal } from './report.js';
import { traces } from './traces.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Prints the table, writes the JSON if asked to, and returns the exit code: 1 where the goal is missed. */
export function hitRate(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', default: process.env['TRACES_DIR'] ?? `${root}../shared/data/traces` },
      json: { type: 'string' },
      seed: { type: 'string', default: '7' },
      sizes: { type: 'string', default: '1,5,10,25,50' },
    },
  });
  const sizeShares = values.sizes.split(',').map((percent) => Number(percent) / 100);
  const rows: Replay[] = [];
  for (const trace of traces(values.traces, Number(values.seed))) rows.push(...replays(trace, sizeShares));
  const circumstances = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'} × ${cpus().length}`,
    node: process.version,
    seed: Number(values.seed),
  };
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ ...circumstances, replays: rows }, undefined, 2)}\n`);
  }
  process.stdout.write(markdownReport(rows, circumstances));
  return rows.some(missesGoal) ? 1 : 0;
}
