/** Notes for the answer that is being made what each of its SQL statements has read. */
import { ranStatements, type RanStatement } from '@app/platform';
import { currentReads } from '../core/reads-recorder.js';
import type { RunReads } from '../core/sql-analysis/statement-reads.js';

export interface StatementReader {
  read(sql: string, values: readonly unknown[], rows: RanStatement['rows']): RunReads;
}

/** @returns an end to it. */
export function recordStatements(reader: StatementReader): () => void {
  const note = (message: unknown): void => {
    const recorder = currentReads();
    if (recorder === undefined || recorder.obstacle !== undefined) return;
    const { sql, values, rows } = message as RanStatement;
    const reads = reader.read(sql, values, rows);
    if (reads.kind === 'reads') recorder.read(reads.reads);
    if (reads.kind === 'reads' && reads.isTimeDependent) recorder.refuse('reads the clock');
    if (reads.kind === 'opaque') recorder.refuse(reads.reason);
    if (reads.kind === 'write') recorder.refuse('writes');
  };
  ranStatements.subscribe(note);
  return () => ranStatements.unsubscribe(note);
}
