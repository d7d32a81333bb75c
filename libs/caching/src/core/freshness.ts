/** Turns a strategy and an entry's history into the moments at which the entry changes its state. */
import { type ChangeIntervals, expectedIntervalMs, lifetimeMs } from './change-intervals.js';
import { nextMomentMs } from './schedule.js';
import type { StillValid } from './still-valid.js';
import type { TtlModifiers, TtlStrategy } from './ttl-strategy.js';

/** `empty` is null or a list without items; `not-found` is an error of kind NOT_FOUND. */
export type AnswerKind = 'value' | 'empty' | 'not-found';

export function kindOf(value: unknown): AnswerKind {
  const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? 'empty' : 'value';
}

export interface EntryHistory {
  readonly storedAtMs: number;
  readonly lastUsedAtMs: number;
  /** From [0, 1), drawn once when the entry is stored and kept with it: drawn anew, its expiry would flicker. */
  readonly random: number;
  readonly observedChanges?: ChangeIntervals | undefined;
  readonly answer?: AnswerKind;
}

export interface FreshnessWindow {
  readonly freshUntilMs: number;
  /** While it is refreshed, the old value may be served until then. */
  readonly staleUntilMs: number;
  /** When the refresh fails, the old value may be served until then. */
  readonly errorUntilMs: number;
}

export type EntryState = 'fresh' | 'stale-revalidate' | 'stale-if-error' | 'expired';

const defaultChangeRisk = 0.1;

/**
 * Milliseconds that a reader waits for the successor of something aged which may still be given in its stead.
 * Half a second: what takes longer is in trouble, and whoever waits for it as well.
 */
export const softTimeoutMs = 500;

/** For ever: of what nothing has been said. */
export const endless: FreshnessWindow = {
  freshUntilMs: Infinity,
  staleUntilMs: Infinity,
  errorUntilMs: Infinity,
};

/** Where several have a say, each forbids what comes after its own ends. */
export function strictestWindow(one: FreshnessWindow, other: FreshnessWindow): FreshnessWindow {
  if (other === endless) return one;
  if (one === endless) return other;
  return {
    freshUntilMs: Math.min(one.freshUntilMs, other.freshUntilMs),
    staleUntilMs: Math.min(one.staleUntilMs, other.staleUntilMs),
    errorUntilMs: Math.min(one.errorUntilMs, other.errorUntilMs),
  };
}

export function windowOfAll(strategies: readonly TtlStrategy[], history: EntryHistory): FreshnessWindow {
  return strategies.map((strategy) => freshness(strategy, history)).reduce(strictestWindow, endless);
}

export function freshness(strategy: TtlStrategy, history: EntryHistory): FreshnessWindow {
  const hardEndMs =
    strategy.kind === 'schedule-bound' ? nextMomentMs(strategy.until, history.storedAtMs) : Infinity;
  const freshUntilMs = Math.min(ageUntilMs(strategy, history), hardEndMs);
  const answer = history.answer ?? 'value';
  const negativeTtlMs = negativeLifetimeMs(strategy, answer);
  if (negativeTtlMs !== undefined) {
    // No grace: that something was missing a while ago is not worth telling.
    const untilMs = Math.min(freshUntilMs, history.storedAtMs + negativeTtlMs);
    return { freshUntilMs: untilMs, staleUntilMs: untilMs, errorUntilMs: untilMs };
  }
  return {
    freshUntilMs,
    staleUntilMs: Math.min(freshUntilMs + (strategy.staleWhileRevalidateMs ?? 0), hardEndMs),
    errorUntilMs: Math.min(freshUntilMs + (strategy.staleIfErrorMs ?? 0), hardEndMs),
  };
}

/** Of an entry that no invalidation has hit; there is no state for one that was hit, because it is never served. */
export function stateAt(window: StillValid<FreshnessWindow>, nowMs: number): EntryState {
  if (nowMs < window.freshUntilMs) return 'fresh';
  if (nowMs < window.staleUntilMs) return 'stale-revalidate';
  if (nowMs < window.errorUntilMs) return 'stale-if-error';
  return 'expired';
}

function ageUntilMs(strategy: TtlStrategy, history: EntryHistory): number {
  const { storedAtMs } = history;
  switch (strategy.kind) {
    case 'fixed':
      return storedAtMs + strategy.ttlMs;
    case 'sliding': {
      const usedAtMs = Math.max(storedAtMs, history.lastUsedAtMs);
      return Math.min(usedAtMs + strategy.ttlMs, storedAtMs + strategy.maxAgeMs);
    }
    case 'jittered':
      return storedAtMs + strategy.ttlMs * (1 + strategy.jitterRatio * (2 * history.random - 1));
    case 'adaptive': {
      // Judged as of the moment of storing: a window that grew with each look would never close.
      const intervalMs = expectedIntervalMs(history.observedChanges, storedAtMs);
      const learnedMs =
        intervalMs === undefined
          ? strategy.minMs
          : lifetimeMs(intervalMs, strategy.changeRisk ?? defaultChangeRisk);
      return storedAtMs + Math.min(strategy.maxMs, Math.max(strategy.minMs, learnedMs));
    }
    case 'event-driven':
    case 'schedule-bound':
      break;
  }
  return storedAtMs + strategy.maxAgeMs;
}

function negativeLifetimeMs(modifiers: TtlModifiers, answer: AnswerKind): number | undefined {
  if (answer === 'value') return undefined;
  return answer === 'empty' ? modifiers.negativeTtlMs : (modifiers.negativeTtlMs ?? 0);
}
