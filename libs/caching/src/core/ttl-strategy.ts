/** The ways in which an entry may age, as data: an operator writes them down, `freshness()` reads them. */
import type { Schedule } from './schedule.js';

/** How long an entry outlives its freshness, and how long an answer that holds nothing is believed. */
export interface TtlModifiers {
  /** After freshness: served at once while one caller refreshes it (RFC 5861, section 3). */
  readonly staleWhileRevalidateMs?: number;
  /** After freshness: served only because the refresh failed (RFC 5861, section 4). */
  readonly staleIfErrorMs?: number;
  /** For answers that hold nothing. Unset, an empty answer ages like any other and a NOT_FOUND error is not kept. */
  readonly negativeTtlMs?: number;
}

export interface FixedTtl {
  readonly kind: 'fixed';
  readonly ttlMs: number;
}

/** Each use prolongs it, up to a bound: without one a hot entry would live for ever. */
export interface SlidingTtl {
  readonly kind: 'sliding';
  readonly ttlMs: number;
  readonly maxAgeMs: number;
}

/** Spreads the expiry of entries that were stored together over `ttlMs · (1 ± jitterRatio)`. */
export interface JitteredTtl {
  readonly kind: 'jittered';
  readonly ttlMs: number;
  readonly jitterRatio: number;
}

/** Learned from how often the data has changed so far. */
export interface AdaptiveTtl {
  readonly kind: 'adaptive';
  readonly minMs: number;
  readonly maxMs: number;
  /** The chance that is taken of a change before expiry, between 0 and 1; 0.1 if unset. */
  readonly changeRisk?: number;
}

/** Fresh until it is invalidated; the bound is what a lost invalidation can cost. */
export interface EventDrivenTtl {
  readonly kind: 'event-driven';
  readonly maxAgeMs: number;
}

/** Never outlives the next moment of a schedule, e.g. the change of price lists at midnight in Berlin; no grace does either. */
export interface ScheduleBoundTtl {
  readonly kind: 'schedule-bound';
  readonly until: Schedule;
  readonly maxAgeMs: number;
}

export type TtlStrategy = (
  FixedTtl | SlidingTtl | JitteredTtl | AdaptiveTtl | EventDrivenTtl | ScheduleBoundTtl
) &
  TtlModifiers;
