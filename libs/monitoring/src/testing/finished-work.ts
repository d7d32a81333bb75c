/** Finished pieces of work for tests: an ordinary query of 12 ms, and whatever a test says otherwise. */
import type { FinishedWork, PhaseTimes, TimeSplit } from '../core/work/work.js';

export type FinishedWorkOverrides = Partial<Omit<FinishedWork, 'phases' | 'split'>> & {
  readonly phases?: Partial<PhaseTimes>;
  readonly split?: Partial<TimeSplit>;
};

const usualPhases: PhaseTimes = { parseMs: 1, validateMs: 1, planMs: 0, executeMs: 9, serialiseMs: 1 };

/** What is not named is other: the parts sum up to the wall time. */
function splitOf(wallMs: number, given: Partial<TimeSplit>): TimeSplit {
  const parts = {
    parseMs: 1,
    validateMs: 1,
    planMs: 0,
    resolverMs: 2,
    sqlMs: 5,
    poolWaitMs: 0,
    redisMs: 1,
    cacheMs: 0,
    queueWaitMs: 0,
    serialiseMs: 1,
    ...given,
  };
  const { wallMs: wall = wallMs, otherMs, ...named } = parts;
  const told = Object.values(named).reduce((sum, ms) => sum + ms, 0);
  return { ...named, wallMs: wall, otherMs: otherMs ?? Math.max(0, wall - told) };
}

/** @example finishedWork({ name: 'Products', endedAtMs: 1_250, split: { sqlMs: 200 } }) */
export function finishedWork(overrides: FinishedWorkOverrides = {}): FinishedWork {
  const { phases = {}, split = {}, ...given } = overrides;
  const { startedAtMs = 1_000 } = given;
  const { endedAtMs = startedAtMs + (split.wallMs ?? 12) } = given;
  return {
    kind: 'operation',
    name: 'Products',
    operationType: 'query',
    signature: '4f2d0c9ab1e87635',
    client: { name: 'web', version: '1.0.0' },
    requestId: 'request-1',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    startedAtUnixMs: 1_700_000_000_000,
    outcome: 'ok',
    errors: [],
    resolvers: [],
    statements: [],
    commands: [],
    looks: [],
    ...given,
    startedAtMs,
    endedAtMs,
    phases: { ...usualPhases, ...phases },
    split: splitOf(endedAtMs - startedAtMs, split),
  };
}
