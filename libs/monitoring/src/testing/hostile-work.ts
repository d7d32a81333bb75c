/** Work of clients that take as much of the metrics as they can: names as long as may be, every end, every part of the time. */
import type { FinishedWork } from '../core/work/work.js';
import { finishedWork } from './finished-work.js';

const outcomes = ['ok', 'cached', 'refused', 'failed'] as const;
const types = ['query', 'mutation', 'subscription'] as const;
const failure = {
  errorClass: 'internal',
  code: 'INTERNAL_SERVER_ERROR',
  coordinate: 'Query.products',
} as const;

export function hostileWork(name: number, client: number, startedAtMs: number): FinishedWork {
  return finishedWork({
    name: `hostile_operation_${name}_`.padEnd(200, 'x'),
    operationType: types[client % 3],
    client: { name: `client ${client} `.padEnd(200, '"'), version: `${name}\n`.padEnd(200, '\\') },
    startedAtMs,
    traceId: name.toString(16).padStart(32, 'a'),
    outcome: outcomes[client % 4] ?? 'ok',
    errors: client % 2 === 0 ? [] : [failure],
    split: { poolWaitMs: 0.5, cacheMs: 0.5, queueWaitMs: 0.5, planMs: 0.5, wallMs: 12 + (name % 900) },
    statements: [{ sql: 'SELECT 1', values: [], rowCount: 1, startedAtMs: 0, endedAtMs: 1 }],
    payloadBytes: 100,
  });
}
